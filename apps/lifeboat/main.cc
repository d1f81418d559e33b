#include "lifeboat/cli/command.h"
#include "lifeboat/commands/commands.h"

int main(int argc, char** argv) {
  return lifeboat::app::RunCommandLine(argc, argv, [](lifeboat::app::CommandSet& set) {
    lifeboat::app::AddUpCommand(set);
    lifeboat::app::AddDownCommand(set);
    lifeboat::app::AddStatusCommand(set);
    lifeboat::app::AddSqlCommand(set);
    lifeboat::app::AddRunbookCommand(set);
    lifeboat::app::AddGenerateCommand(set);
    lifeboat::app::AddLoadCommand(set);
    lifeboat::app::AddAppendCampaignsCommand(set);
    lifeboat::app::AddAccessCommand(set);
    lifeboat::app::AddDoctorCommand(set);
    lifeboat::app::AddMaintainCommand(set);
    lifeboat::app::AddDemoCommand(set);
    lifeboat::app::AddCatalogCommands(set);
    lifeboat::app::AddServerCommand(set);
    lifeboat::app::AddVersionCommand(set);
  });
}
