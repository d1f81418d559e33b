// catalog_test_server: a catalog on a folder, as a process of its own that tests can talk to and kill.
//
//   catalog_test_server DIR [--port N] [--store POSTGRESQL-URI] [--s3 ENDPOINT] [--client ID:SECRET]…
//                           [--body-bytes-max N] [--read-timeout-ms N]
//                           [--issuer URL --audience NAME --key-set FILE] [--audit-log FILE]
//
// Keeps its store in DIR/catalog.db, or in the database it is given, and its tables below DIR/warehouse (the
// warehouse is named "lake"), prints "PORT <n>" once it serves and runs until SIGTERM. Without --client it
// serves anonymous requests. With --s3 the tables are below s3://lake/warehouse of that endpoint, which it
// uses with the key in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.
#include <signal.h>

#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "catalog/api/commit_guard.h"
#include "catalog/server/catalog_server.h"
#include "catalog/store/postgres_catalog_store.h"
#include "catalog/store/sqlite_catalog_store.h"
#include "storage/local_storage.h"
#include "storage/s3/s3_storage.h"

namespace lifeboat {
namespace {

struct Arguments {
  std::string folder;
  uint16_t port = 0;
  std::string store_uri;
  std::string s3_endpoint;
  std::vector<std::string> clients;
  uint64_t body_bytes_max = catalog::CatalogServerOptions().body_bytes_max;
  int64_t read_timeout_ms = catalog::CatalogServerOptions().read_timeout.count();
  catalog::access::ExternalIssuerOptions issuer;  // none without an issuer's name
  std::string audit_log;
};

template <typename Number>
Status ParseNumber(std::string_view name, std::string_view value, Number* number) {
  const auto parsed = std::from_chars(value.data(), value.data() + value.size(), *number);
  if (parsed.ec != std::errc() || parsed.ptr != value.data() + value.size()) {
    return Status::InvalidArgument("{} '{}' is not a number", name, value);
  }
  return Status::Ok();
}

Result<Arguments> ParseArguments(int argc, char** argv) {
  Arguments arguments;
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    const std::string_view value = i + 1 < argc ? argv[i + 1] : "";
    if (argument == "--port") {
      LIFEBOAT_RETURN_IF_ERROR(ParseNumber(argument, value, &arguments.port));
      ++i;
    } else if (argument == "--body-bytes-max") {
      LIFEBOAT_RETURN_IF_ERROR(ParseNumber(argument, value, &arguments.body_bytes_max));
      ++i;
    } else if (argument == "--read-timeout-ms") {
      LIFEBOAT_RETURN_IF_ERROR(ParseNumber(argument, value, &arguments.read_timeout_ms));
      ++i;
    } else if (argument == "--store") {
      arguments.store_uri = value;
      ++i;
    } else if (argument == "--s3") {
      arguments.s3_endpoint = value;
      ++i;
    } else if (argument == "--issuer") {
      arguments.issuer.issuer = value;
      ++i;
    } else if (argument == "--audience") {
      arguments.issuer.audience = value;
      ++i;
    } else if (argument == "--key-set") {
      arguments.issuer.key_set = value;
      ++i;
    } else if (argument == "--audit-log") {
      arguments.audit_log = value;
      ++i;
    } else if (argument == "--client") {
      arguments.clients.emplace_back(value);
      ++i;
    } else if (arguments.folder.empty() && !argument.starts_with("-")) {
      arguments.folder = argument;
    } else {
      return Status::InvalidArgument("unknown argument '{}'", argument);
    }
  }
  if (arguments.folder.empty()) return Status::InvalidArgument("name the catalog's folder");
  return arguments;
}

std::string Environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

Result<std::unique_ptr<storage::Storage>> MakeStorage(const Arguments& arguments) {
  if (arguments.s3_endpoint.empty()) return storage::MakeLocalStorage();
  storage::s3::S3Options options;
  options.endpoint = arguments.s3_endpoint;
  options.path_style = true;
  options.credentials =
      storage::s3::StaticCredentials(Environment("AWS_ACCESS_KEY_ID"), Environment("AWS_SECRET_ACCESS_KEY"));
  return storage::s3::MakeS3Storage(options);
}

Status Serve(const Arguments& arguments, const sigset_t& stop_signals) {
  const std::string folder = std::filesystem::absolute(arguments.folder).lexically_normal().string();
  std::filesystem::create_directories(folder);
  LIFEBOAT_ASSIGN_OR_RETURN(
      const auto store, arguments.store_uri.empty()
                            ? catalog::OpenSqliteCatalogStore(folder + "/catalog.db", SystemClock())
                            : catalog::OpenPostgresCatalogStore({.uri = arguments.store_uri}, SystemClock()));
  LIFEBOAT_ASSIGN_OR_RETURN(const std::unique_ptr<storage::Storage> storage, MakeStorage(arguments));
  catalog::FixedEpochGuard guard;
  catalog::CatalogServerOptions options;
  options.port = arguments.port;
  options.warehouse_location =
      arguments.s3_endpoint.empty() ? storage::FileLocation(folder + "/warehouse") : "s3://lake/warehouse";
  options.allow_anonymous = arguments.clients.empty();
  options.body_bytes_max = arguments.body_bytes_max;
  options.read_timeout = std::chrono::milliseconds(arguments.read_timeout_ms);
  options.audit_log = arguments.audit_log;
  if (!arguments.issuer.issuer.empty()) options.issuer = arguments.issuer;
  for (const std::string& client : arguments.clients) {
    const size_t colon = client.find(':');
    if (colon == std::string::npos) return Status::InvalidArgument("--client '{}' is not ID:SECRET", client);
    options.clients.push_back({client.substr(0, colon), client.substr(colon + 1)});
  }
  LIFEBOAT_ASSIGN_OR_RETURN(const auto server,
                            catalog::CatalogServer::Start(options, *store, *storage, guard, SystemClock()));
  std::cout << "PORT " << server->port() << std::endl;
  int signal = 0;
  sigwait(&stop_signals, &signal);
  server->Stop(std::chrono::seconds(5));
  return Status::Ok();
}

}  // namespace
}  // namespace lifeboat

int main(int argc, char** argv) {
  // Blocked in every thread, so that only Serve's wait sees them.
  sigset_t stop_signals;
  sigemptyset(&stop_signals);
  sigaddset(&stop_signals, SIGTERM);
  sigaddset(&stop_signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &stop_signals, nullptr);

  const lifeboat::Result<lifeboat::Arguments> arguments = lifeboat::ParseArguments(argc, argv);
  const lifeboat::Status status =
      arguments.ok() ? lifeboat::Serve(*arguments, stop_signals) : arguments.status();
  if (status.ok()) return 0;
  std::cerr << status.ToString() << std::endl;
  return 1;
}
