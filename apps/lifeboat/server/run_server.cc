#include <utility>
#include <vector>

#include "base/encoding.h"
#include "base/log.h"
#include "lifeboat/cli/interrupt.h"
#include "lifeboat/deployment/ports.h"
#include "lifeboat/deployment/settings.h"
#include "lifeboat/server/server_part.h"

namespace lifeboat::app {
namespace {

constexpr size_t kShortestKeyBytes = 32;
constexpr std::chrono::milliseconds kGrace{5'000};

}  // namespace

Result<uint16_t> ReadPort(const ConfigTable& section, std::string_view key, int64_t fallback) {
  LIFEBOAT_ASSIGN_OR_RETURN(const int64_t port, section.Integer(key, fallback));
  if (port < 0 || port > 65'535) return section.Error(key, "must be a port, 0 to 65535");
  return static_cast<uint16_t>(port);
}

Result<ListenAddress> ReadListenAddress(const ConfigTable& section) {
  ListenAddress address;
  LIFEBOAT_ASSIGN_OR_RETURN(address.host, section.String("host", "127.0.0.1"));
  LIFEBOAT_ASSIGN_OR_RETURN(address.port, ReadPort(section, "port", 0));
  return address;
}

Result<std::string> ReadTokenKey(const ConfigTable& section) {
  LIFEBOAT_ASSIGN_OR_RETURN(const std::string text, section.String("token_key"));
  Result<std::string> key = Base64Decode(text);
  if (!key.ok() || key->size() < kShortestKeyBytes) {
    return section.Error("token_key", "must be base64 of at least 32 random bytes (openssl rand -base64 32)");
  }
  return key;
}

Status CheckCanListen(const ListenAddress& address) {
  if (address.port == 0 || address.host != kHost || PortIsFree(address.port)) return Status::Ok();
  return Status::FailedPrecondition(
      "port {} of {} is in use; stop the program that uses it or configure another port", address.port,
      address.host);
}

Status RunServer(const std::string& config_path) {
  LIFEBOAT_ASSIGN_OR_RETURN(const Config config, Config::Load(config_path));
  std::vector<StartPart> starters;
  for (const auto& [name, read] :
       {std::pair{"catalog", &ReadCatalogPart}, std::pair{"account", &ReadAccountPart},
        std::pair{"gateway", &ReadGatewayPart}}) {
    if (!config.root().Has(name)) continue;
    LIFEBOAT_ASSIGN_OR_RETURN(const ConfigTable section, config.root().Table(name));
    LIFEBOAT_ASSIGN_OR_RETURN(StartPart start, read(section));
    starters.push_back(std::move(start));
  }
  LIFEBOAT_RETURN_IF_ERROR(config.CheckAllKeysRead());
  if (starters.empty()) {
    return Status::InvalidArgument("{} names nothing to run; add a [catalog], [account] or [gateway] section",
                                   config_path);
  }
  // Destroyed in reverse order of starting.
  std::vector<std::unique_ptr<ServerPart>> parts;
  for (const StartPart& start : starters) {
    LIFEBOAT_ASSIGN_OR_RETURN(std::unique_ptr<ServerPart> part, start());
    log::Info("serving", {{"part", part->Describe()}});
    parts.push_back(std::move(part));
  }
  WaitForInterrupt();
  log::Info("stopping");
  while (!parts.empty()) {
    parts.back()->Stop(kGrace);
    parts.pop_back();
  }
  return Status::Ok();
}

}  // namespace lifeboat::app
