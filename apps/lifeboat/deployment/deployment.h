// Deployment: a local lakehouse of separate processes from the one binary, all state below one folder.
//
// Shared-lake topology: one catalog over one warehouse location, accounts PRIMARY and SECONDARY, and a
// gateway that carries the connection. Commands that change it hold DIR/lock, so two of them never
// interleave; each of them finds and repairs whatever an earlier one that was cut short has left.
#ifndef LIFEBOAT_DEPLOYMENT_DEPLOYMENT_H_
#define LIFEBOAT_DEPLOYMENT_DEPLOYMENT_H_

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "lifeboat/deployment/endpoints.h"
#include "lifeboat/deployment/ports.h"
#include "lifeboat/deployment/process.h"
#include "lifeboat/deployment/settings.h"
#include "storage/storage.h"

namespace lifeboat::app {

inline constexpr char kCatalogProcess[] = "catalog";
inline constexpr char kPrimaryProcess[] = "account-primary";
inline constexpr char kSecondaryProcess[] = "account-secondary";
inline constexpr char kGatewayProcess[] = "gateway";

struct UpOptions {
  std::string topology = "shared";
  // "file", or "s3://bucket/prefix" with the credentials in the environment; empty: as it was, at first
  // "file".
  std::string storage;
  LakeInS3 s3;  // the rest of it; its location is not looked at
  std::optional<int> port_base;
  std::chrono::milliseconds ready_limit{60'000};  // for each process
  // Called when a process has become ready.
  std::function<void(const std::string& process)> on_ready;
};

struct ProcessState {
  std::string name;
  std::optional<pid_t> pid;  // none: not running
  bool healthy = false;      // answers GET /healthz with 200
  std::string log;
};

class Deployment {
 public:
  // `dir` is made absolute; nothing is read or written yet.
  static Result<Deployment> At(const std::string& dir, Clock& clock = SystemClock());

  // Starts what does not run, waits until all of it is healthy and writes endpoints.json. If a process does
  // not become ready, those this call has started are stopped again. True when everything was up already.
  Result<bool> Up(const UpOptions& options);
  // Stops everything; state stays. Nothing running is no error. The number of processes stopped.
  Result<int> Down(std::chrono::milliseconds grace = std::chrono::seconds(10));
  // Starts one process of a deployment that is up and waits until it is healthy.
  Status Start(const std::string& process);
  // SIGKILL to one process, as a crash would.
  Status Kill(const std::string& process);

  std::vector<ProcessState> State() const;
  Result<Endpoints> ReadEndpoints() const { return app::ReadEndpoints(dir_); }
  // What reaches the files of its lake.
  Result<std::shared_ptr<storage::Storage>> OpenStorage() const;
  const std::string& dir() const { return dir_; }

 private:
  Deployment(std::string dir, Clock& clock) : dir_(std::move(dir)), clock_(&clock) {}

  ProcessFiles Files(const std::string& process) const;
  // The settings to use, not written yet; with `chosen` ports if they are new and nobody has named any.
  Result<Settings> PrepareSettings(const UpOptions& options, std::optional<ReservedPorts>* chosen) const;
  Status PrepareLake(const Settings& settings) const;
  Status PrepareSecretKey() const;
  Status WriteConfigurations(const Settings& settings) const;
  Status CheckPort(const Settings& settings, const std::string& process) const;
  Status StartAndWait(const Settings& settings, const std::string& process,
                      std::chrono::milliseconds limit) const;
  Status PublishEndpoints(const Settings& settings) const;

  std::string dir_;
  Clock* clock_;
};

// The folder a command uses when none is named: $LIFEBOAT_DIR, else ~/.lifeboat.
std::string DefaultDeploymentDir();
// What to add to a command that is to mean `dir`: " --dir DIR", or nothing for the default.
std::string DirOption(const std::string& dir);

}  // namespace lifeboat::app

#endif  // LIFEBOAT_DEPLOYMENT_DEPLOYMENT_H_
