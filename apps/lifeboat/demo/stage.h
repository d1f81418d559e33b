// Stage: what the steps of the story share: the folder, the deployment, and what earlier steps found out.
#ifndef LIFEBOAT_DEMO_STAGE_H_
#define LIFEBOAT_DEMO_STAGE_H_

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "lifeboat/advertising/generate.h"
#include "lifeboat/demo/story.h"
#include "lifeboat/deployment/deployment.h"
#include "lifeboat/driver/driver_client.h"

namespace lifeboat::app {

struct Stage {
  const StoryOptions& options;
  Deployment deployment;
  Report& report;
  advertising::GenerateSummary generated;

  std::string DataDir() const { return options.dir + "/data"; }
};

// One step each, in order; the text is the step's note in the report.
Result<std::string> GenerateData(Stage& stage);
Result<std::string> StartDeployment(Stage& stage);
Result<std::string> LoadLake(Stage& stage);
Result<std::string> SetUpAccounts(Stage& stage);
Result<std::string> QueryAndAppend(Stage& stage);
Result<std::string> KillPrimary(Stage& stage);

// A session through the connection, or of one site's account.
Result<std::unique_ptr<driver::DriverClient>> Connect(const Stage& stage, const std::string& site = "");
// Rows of the four production views.
Result<std::map<std::string, int64_t>> CountTables(driver::DriverClient& client);
// The one number a query yields.
Result<int64_t> QueryInteger(driver::DriverClient& client, const std::string& sql);

}  // namespace lifeboat::app

#endif  // LIFEBOAT_DEMO_STAGE_H_
