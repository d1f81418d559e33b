// The subcommands of `lifeboat`, one file each.
#ifndef LIFEBOAT_COMMANDS_COMMANDS_H_
#define LIFEBOAT_COMMANDS_COMMANDS_H_

#include "lifeboat/cli/command.h"

namespace lifeboat::app {

void AddUpCommand(CommandSet& set);
void AddDownCommand(CommandSet& set);
void AddStatusCommand(CommandSet& set);
void AddSqlCommand(CommandSet& set);
void AddRunbookCommand(CommandSet& set);
void AddGenerateCommand(CommandSet& set);
void AddLoadCommand(CommandSet& set);
void AddAppendCampaignsCommand(CommandSet& set);
void AddAccessCommand(CommandSet& set);
void AddDoctorCommand(CommandSet& set);
void AddMaintainCommand(CommandSet& set);
void AddDemoCommand(CommandSet& set);
void AddCatalogCommands(CommandSet& set);
void AddServerCommand(CommandSet& set);
void AddVersionCommand(CommandSet& set);

}  // namespace lifeboat::app

#endif  // LIFEBOAT_COMMANDS_COMMANDS_H_
