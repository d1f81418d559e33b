#include "lifeboat/demo/story.h"

#include <fmt/core.h>

#include <filesystem>
#include <system_error>
#include <utility>

#include "lifeboat/cli/interrupt.h"
#include "lifeboat/cli/progress.h"
#include "lifeboat/demo/stage.h"
#include "storage/local_storage.h"

namespace lifeboat::app {
namespace {

namespace fs = std::filesystem;

// Says that the folder is the demo's own and may be cleared.
constexpr std::string_view kMarker = ".lifeboat-demo";

struct StepKind {
  const char* name;
  Result<std::string> (*run)(Stage&);
};
constexpr StepKind kSteps[] = {
    {"generate the advertising data", GenerateData},
    {"start catalog, two accounts and gateway", StartDeployment},
    {"create and load four Iceberg tables", LoadLake},
    {"set up both accounts by SQL", SetUpAccounts},
    {"query, append, see the append", QueryAndAppend},
    {"kill the primary account under an open session", KillPrimary},
};

Status ClaimFolder(const fs::path& dir) {
  std::error_code error;
  fs::create_directories(dir, error);
  if (error)
    return Status::FailedPrecondition("cannot make the folder '{}': {}", dir.string(), error.message());
  if (!fs::exists(dir / kMarker, error) && !fs::is_empty(dir, error)) {
    return Status::FailedPrecondition("'{}' holds other files; choose an empty folder with --dir",
                                      dir.string());
  }
  return storage::MakeLocalStorage()->Write(storage::FileLocation((dir / kMarker).string()),
                                            "Cleared by every lifeboat demo.\n");
}

// Stops and removes what an earlier telling left.
Status ClearFolder(const fs::path& dir, Deployment& deployment) {
  LIFEBOAT_RETURN_IF_ERROR(deployment.Down().status());
  std::error_code error;
  for (const char* entry : {"deployment", "data", "report.json", "report.md"}) {
    fs::remove_all(dir / entry, error);
    if (error)
      return Status::FailedPrecondition("cannot remove '{}': {}", (dir / entry).string(), error.message());
  }
  return Status::Ok();
}

Status RunSteps(Stage& stage) {
  int number = 0;
  for (const StepKind& kind : kSteps) {
    LIFEBOAT_RETURN_IF_ERROR(CheckInterrupted());
    fmt::print(stderr, "[{}/{}] {}\n", ++number, std::size(kSteps) + 1, kind.name);
    const int64_t started = SystemClock().MonotonicMicros();
    ReportStep step{kind.name};
    const Result<std::string> note = kind.run(stage);
    step.seconds = static_cast<double>(SystemClock().MonotonicMicros() - started) / 1e6;
    step.done = note.ok();
    if (note.ok()) step.note = *note;
    stage.report.steps.push_back(step);
    LIFEBOAT_RETURN_IF_ERROR(note.status().WithContext(fmt::format("step {}, {}", number, kind.name)));
  }
  return Status::Ok();
}

}  // namespace

Result<Report> TellStory(const StoryOptions& given) {
  StoryOptions options = given;
  std::error_code error;
  const fs::path dir = fs::absolute(given.dir, error).lexically_normal();
  options.dir = dir.string();
  LIFEBOAT_RETURN_IF_ERROR(ClaimFolder(dir));
  LIFEBOAT_ASSIGN_OR_RETURN(Deployment deployment, Deployment::At((dir / "deployment").string()));
  LIFEBOAT_RETURN_IF_ERROR(ClearFolder(dir, deployment));
  Report report;
  report.started_micros = SystemClock().NowMicros();
  const int64_t started = SystemClock().MonotonicMicros();
  Stage stage{options, deployment, report, {}};
  const Status status = RunSteps(stage);
  if (!status.ok()) report.error = status.message();
  fmt::print(stderr, "[{0}/{0}] stop everything and write the report\n", std::size(kSteps) + 1);
  const int64_t stopping = SystemClock().MonotonicMicros();
  const Result<int> stopped = deployment.Down();
  int left = 0;
  for (const ProcessState& process : deployment.State()) left += process.pid.has_value() ? 1 : 0;
  report.Check("nothing is left running", stopped.ok() && left == 0, fmt::format("{} processes", left));
  report.steps.push_back({"stop everything",
                          static_cast<double>(SystemClock().MonotonicMicros() - stopping) / 1e6, stopped.ok(),
                          stopped.ok() ? fmt::format("{} processes", *stopped) : ""});
  report.seconds = static_cast<double>(SystemClock().MonotonicMicros() - started) / 1e6;
  LIFEBOAT_RETURN_IF_ERROR(WriteReport(report, options.dir));
  return report;
}

}  // namespace lifeboat::app
