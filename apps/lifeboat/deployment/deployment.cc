#include "lifeboat/deployment/deployment.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <system_error>

#include "base/encoding.h"
#include "lifeboat/cli/interrupt.h"
#include "lifeboat/deployment/configuration.h"
#include "lifeboat/deployment/health.h"
#include "lifeboat/deployment/private_file.h"
#include "lifeboat/server/object_storage.h"
#include "storage/s3/s3_location.h"

namespace lifeboat::app {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::milliseconds kPollInterval{50};

struct ProcessKind {
  const char* name;
  PortOffset port;
};
// In order of starting; stopping goes the other way.
constexpr std::array kProcesses = {
    ProcessKind{kCatalogProcess, kCatalogPort}, ProcessKind{kPrimaryProcess, kPrimaryPort},
    ProcessKind{kSecondaryProcess, kSecondaryPort}, ProcessKind{kGatewayProcess, kGatewayPort}};

PortOffset PortOf(const std::string& process) {
  for (const ProcessKind& kind : kProcesses) {
    if (process == kind.name) return kind.port;
  }
  return kPortCount;
}

// Holds DIR/lock until destroyed.
class DirectoryLock {
 public:
  static Result<DirectoryLock> Take(const std::string& dir) {
    const std::string path = dir + "/lock";
    const int file = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (file < 0) return Status::FailedPrecondition("cannot write into '{}': {}", dir, std::strerror(errno));
    if (flock(file, LOCK_EX | LOCK_NB) != 0) {
      close(file);
      return Status::Unavailable(
          "another lifeboat command is changing the deployment in '{}'; wait for it to end", dir);
    }
    return DirectoryLock(file);
  }
  DirectoryLock(DirectoryLock&& other) noexcept : file_(std::exchange(other.file_, -1)) {}
  ~DirectoryLock() {
    if (file_ >= 0) close(file_);
  }

 private:
  explicit DirectoryLock(int file) : file_(file) {}
  int file_;
};

Status MakePrivateFolders(const std::string& dir) {
  std::error_code error;
  for (const char* folder :
       {"", "/run", "/catalog", "/account-primary", "/account-secondary", "/gateway", "/lake"}) {
    fs::create_directories(dir + folder, error);
    if (error) {
      return Status::FailedPrecondition("cannot make the folder '{}{}': {}; choose another one with --dir",
                                        dir, folder, error.message());
    }
  }
  fs::permissions(dir, fs::perms::owner_all, error);
  return Status::Ok();
}

Status CheckSupported(const UpOptions& options) {
  if (options.topology != "shared") {
    return Status::Unsupported("topology '{}' is not available in this version; use --topology shared",
                               options.topology);
  }
  if (options.storage.empty() || options.storage == "file") return Status::Ok();
  if (!storage::s3::ParseS3Location(options.storage).ok()) {
    return Status::InvalidArgument(
        "storage '{}' is unknown; use --storage file or --storage s3://bucket/prefix", options.storage);
  }
  return Status::Ok();
}

// The lake that the options name.
LakeInS3 WantedLake(const UpOptions& options) {
  if (options.storage == "file") return {};
  LakeInS3 lake = options.s3;
  lake.location = options.storage;
  while (lake.location.ends_with('/')) lake.location.pop_back();
  return lake;
}

S3Settings S3SettingsOf(const std::string& dir, const LakeInS3& lake) {
  S3Settings s3;
  s3.endpoint = lake.endpoint;
  s3.region = lake.region;
  s3.path_style = !lake.endpoint.empty();
  s3.credentials_file = S3CredentialsPath(dir);
  return s3;
}

}  // namespace

std::string DefaultDeploymentDir() {
  if (const char* dir = std::getenv("LIFEBOAT_DIR"); dir != nullptr && *dir != '\0') return dir;
  const char* home = std::getenv("HOME");
  return std::string(home != nullptr ? home : ".") + "/.lifeboat";
}

std::string DirOption(const std::string& dir) {
  return dir.empty() || dir == DefaultDeploymentDir() ? "" : " --dir " + dir;
}

Result<Deployment> Deployment::At(const std::string& dir, Clock& clock) {
  std::error_code error;
  const fs::path absolute = fs::absolute(dir, error).lexically_normal();
  if (error || dir.empty()) return Status::InvalidArgument("'{}' cannot be a folder of a deployment", dir);
  std::string path = absolute.string();
  while (path.size() > 1 && path.ends_with('/')) path.pop_back();
  return Deployment(path, clock);
}

ProcessFiles Deployment::Files(const std::string& process) const {
  const std::string stem = dir_ + "/run/" + process;
  return {process, stem + ".toml", stem + ".pid", stem + ".log"};
}

Result<Settings> Deployment::PrepareSettings(const UpOptions& options,
                                             std::optional<ReservedPorts>* chosen) const {
  Result<Settings> kept = ReadSettings(dir_);
  if (kept.status().code() == StatusCode::kNotFound) {
    int port_base = options.port_base.value_or(0);
    if (!options.port_base.has_value()) {
      LIFEBOAT_ASSIGN_OR_RETURN(*chosen, ReservedPorts::Choose(SystemRandom()));
      port_base = (*chosen)->base();
    }
    Settings made = MakeSettings(port_base, SystemRandom());
    if (!options.storage.empty()) made.lake = WantedLake(options);
    return made;
  }
  LIFEBOAT_RETURN_IF_ERROR(kept.status());
  Settings wanted = *kept;
  if (options.port_base.has_value()) wanted.port_base = *options.port_base;
  if (!options.storage.empty()) wanted.lake = WantedLake(options);
  if (wanted.port_base == kept->port_base && wanted.lake == kept->lake) return kept;
  if (wanted.lake.location != kept->lake.location) {
    return Status::FailedPrecondition(
        "the deployment in '{}' has its lake in {}; choose another --dir for one elsewhere", dir_,
        WarehouseLocation(dir_, *kept));
  }
  for (const ProcessState& process : State()) {
    if (process.pid.has_value()) {
      return Status::FailedPrecondition(
          "the deployment in '{}' runs on ports from {}; stop it with lifeboat down first", dir_,
          kept->port_base);
    }
  }
  return wanted;
}

// A lake in S3 is looked at before anything starts: what is wrong with it is said here, once.
Status Deployment::PrepareLake(const Settings& settings) const {
  if (settings.lake.location.empty()) return Status::Ok();
  const std::string path = S3CredentialsPath(dir_);
  const Result<storage::s3::S3Credentials> given = S3CredentialsFromEnvironment();
  if (given.ok()) {
    LIFEBOAT_RETURN_IF_ERROR(WritePrivateFile(path, FormatS3Credentials(*given)));
  } else if (!fs::exists(path)) {
    return given.status();
  }
  LIFEBOAT_ASSIGN_OR_RETURN(const std::shared_ptr<storage::Storage> storage,
                            OpenObjectStorage(S3SettingsOf(dir_, settings.lake)));
  const Status enough = Status(StatusCode::kCancelled, "one object is enough");
  const Status listed =
      storage->List(settings.lake.location + "/", [&](const storage::ObjectInfo&) { return enough; });
  return listed.code() == enough.code() ? Status::Ok() : listed;
}

// Made once: what it sealed can be opened with it alone.
Status Deployment::PrepareSecretKey() const {
  const std::string path = CatalogSecretKeyPath(dir_);
  const Status kept = ReadWholeFile(path).status();
  if (kept.code() != StatusCode::kNotFound) return kept;
  std::string key(32, '\0');
  SystemRandom().Fill({reinterpret_cast<uint8_t*>(key.data()), key.size()});
  return WritePrivateFile(path, Base64Encode(key) + "\n");
}

Result<std::shared_ptr<storage::Storage>> Deployment::OpenStorage() const {
  LIFEBOAT_ASSIGN_OR_RETURN(const Settings settings, ReadSettings(dir_));
  if (settings.lake.location.empty()) return OpenObjectStorage(std::nullopt);
  return OpenObjectStorage(S3SettingsOf(dir_, settings.lake));
}

Status Deployment::WriteConfigurations(const Settings& settings) const {
  const auto write = [this](const char* process, const std::string& text) {
    return WritePrivateFile(Files(process).config, text);
  };
  LIFEBOAT_RETURN_IF_ERROR(write(kCatalogProcess, CatalogConfiguration(dir_, settings)));
  LIFEBOAT_RETURN_IF_ERROR(
      write(kPrimaryProcess, AccountConfiguration("PRIMARY", dir_, dir_ + "/account-primary",
                                                  settings.Port(kPrimaryPort), settings)));
  LIFEBOAT_RETURN_IF_ERROR(
      write(kSecondaryProcess, AccountConfiguration("SECONDARY", dir_, dir_ + "/account-secondary",
                                                    settings.Port(kSecondaryPort), settings)));
  return write(kGatewayProcess, GatewayConfiguration(dir_, settings));
}

Status Deployment::CheckPort(const Settings& settings, const std::string& process) const {
  const int offset = PortOf(process);
  for (const int used :
       {offset, process == kGatewayProcess ? static_cast<int>(kGatewayCatalogPort) : offset}) {
    const uint16_t port = settings.Port(static_cast<PortOffset>(used));
    if (PortIsFree(port)) continue;
    return Status::FailedPrecondition(
        "port {} of {} is in use; stop the program that uses it, or choose other ports with --port-base",
        port, process);
  }
  return Status::Ok();
}

Status Deployment::StartAndWait(const Settings& settings, const std::string& process,
                                std::chrono::milliseconds limit) const {
  const ProcessFiles files = Files(process);
  LIFEBOAT_RETURN_IF_ERROR(CheckPort(settings, process));
  LIFEBOAT_ASSIGN_OR_RETURN(const pid_t pid, StartServerProcess(files));
  const int64_t started = clock_->MonotonicMicros();
  while (true) {
    if (IsHealthy(settings.Port(PortOf(process)))) return Status::Ok();
    if (HasEnded(pid)) {
      return Status::FailedPrecondition("{} did not start: {} (log: {})", process, LastLogLine(files),
                                        files.log);
    }
    const int64_t waited = clock_->MonotonicMicros() - started;
    if (waited > std::chrono::microseconds(limit).count()) {
      return Status::Unavailable("{} was not ready after {} s (log: {})", process, limit.count() / 1000,
                                 files.log);
    }
    if (SleepUnlessInterrupted(kPollInterval)) return CheckInterrupted();
  }
}

Status Deployment::PublishEndpoints(const Settings& settings) const {
  const auto uri = [&](PortOffset port) { return fmt::format("http://{}:{}", kHost, settings.Port(port)); };
  Endpoints endpoints;
  endpoints.catalogs.push_back(
      {"PRIMARY", uri(kCatalogPort), kWarehouse, kCatalogClientId, settings.catalog_client_secret});
  for (const auto& [site, port] :
       {std::pair{"PRIMARY", kPrimaryPort}, std::pair{"SECONDARY", kSecondaryPort}}) {
    endpoints.accounts.push_back({site, kOrganization, site, "http", kHost, settings.Port(port), kAdminUser,
                                  settings.admin_password, "ACCOUNTADMIN"});
  }
  endpoints.connection = {kConnectionName, fmt::format("{}-{}", kOrganization, kConnectionName), "http",
                          kHost, settings.Port(kGatewayPort)};
  endpoints.gateway_catalog_uri = uri(kGatewayCatalogPort);
  for (const ProcessKind& kind : kProcesses) {
    const ProcessFiles files = Files(kind.name);
    endpoints.processes.push_back({kind.name, FindServerProcess(files).value_or(0), files.log});
  }
  return WriteEndpoints(dir_, endpoints);
}

Result<bool> Deployment::Up(const UpOptions& options) {
  LIFEBOAT_RETURN_IF_ERROR(CheckSupported(options));
  LIFEBOAT_RETURN_IF_ERROR(MakePrivateFolders(dir_));
  LIFEBOAT_ASSIGN_OR_RETURN(const DirectoryLock lock, DirectoryLock::Take(dir_));
  std::optional<ReservedPorts> chosen;  // held until the servers listen on them
  LIFEBOAT_ASSIGN_OR_RETURN(const Settings settings, PrepareSettings(options, &chosen));
  LIFEBOAT_RETURN_IF_ERROR(PrepareLake(settings));
  LIFEBOAT_RETURN_IF_ERROR(WriteSettings(dir_, settings));
  LIFEBOAT_RETURN_IF_ERROR(PrepareSecretKey());
  std::vector<std::string> started;
  const auto start_missing = [&]() -> Status {
    LIFEBOAT_RETURN_IF_ERROR(WriteConfigurations(settings));
    for (const ProcessKind& kind : kProcesses) {
      LIFEBOAT_RETURN_IF_ERROR(CheckInterrupted());
      const bool running = FindServerProcess(Files(kind.name)).has_value();
      if (!running || !IsHealthy(settings.Port(kind.port))) {
        LIFEBOAT_RETURN_IF_ERROR(StopServerProcess(Files(kind.name), std::chrono::seconds(5), *clock_));
        started.push_back(kind.name);
        LIFEBOAT_RETURN_IF_ERROR(StartAndWait(settings, kind.name, options.ready_limit));
      }
      if (options.on_ready) options.on_ready(kind.name);
    }
    return PublishEndpoints(settings);
  };
  const Status status = start_missing();
  if (!status.ok()) {
    for (auto process = started.rbegin(); process != started.rend(); ++process) {
      // The first error is the one to report.
      (void)StopServerProcess(Files(*process), std::chrono::seconds(5), *clock_);
    }
    return status;
  }
  return started.empty();
}

Result<int> Deployment::Down(std::chrono::milliseconds grace) {
  std::error_code error;
  if (!fs::is_directory(dir_ + "/run", error)) return 0;
  LIFEBOAT_ASSIGN_OR_RETURN(const DirectoryLock lock, DirectoryLock::Take(dir_));
  int stopped = 0;
  for (auto kind = kProcesses.rbegin(); kind != kProcesses.rend(); ++kind) {
    const ProcessFiles files = Files(kind->name);
    stopped += FindServerProcess(files).has_value() ? 1 : 0;
    LIFEBOAT_RETURN_IF_ERROR(StopServerProcess(files, grace, *clock_));
  }
  fs::remove(EndpointsPath(dir_), error);
  return stopped;
}

Status Deployment::Start(const std::string& process) {
  LIFEBOAT_ASSIGN_OR_RETURN(const DirectoryLock lock, DirectoryLock::Take(dir_));
  LIFEBOAT_ASSIGN_OR_RETURN(const Settings settings, ReadSettings(dir_));
  LIFEBOAT_RETURN_IF_ERROR(StartAndWait(settings, process, UpOptions().ready_limit));
  return PublishEndpoints(settings);
}

Status Deployment::Kill(const std::string& process) {
  return KillServerProcess(Files(process), *clock_);
}

std::vector<ProcessState> Deployment::State() const {
  std::vector<ProcessState> states;
  const Result<Settings> settings = ReadSettings(dir_);
  for (const ProcessKind& kind : kProcesses) {
    const ProcessFiles files = Files(kind.name);
    ProcessState state{kind.name, FindServerProcess(files), false, files.log};
    state.healthy = state.pid.has_value() && settings.ok() && IsHealthy(settings->Port(kind.port));
    states.push_back(std::move(state));
  }
  return states;
}

}  // namespace lifeboat::app
