#include "bcdr/gateway/gateway.h"
#include "lifeboat/server/server_part.h"
#include "storage/local_storage.h"

namespace lifeboat::app {
namespace {

class GatewayPart final : public ServerPart {
 public:
  static Result<std::unique_ptr<ServerPart>> Start(const bcdr::GatewayOptions& options) {
    auto part = std::make_unique<GatewayPart>();
    part->name_ = options.connection_name;
    part->host_ = options.host;
    LIFEBOAT_ASSIGN_OR_RETURN(part->gateway_, bcdr::Gateway::Start(options, *part->storage_));
    return std::unique_ptr<ServerPart>(std::move(part));
  }

  std::string Describe() const override {
    return fmt::format("connection {} on {}:{}", name_, host_, gateway_->port());
  }
  void Stop(std::chrono::milliseconds grace) override { gateway_->Stop(grace); }

 private:
  std::string name_, host_;
  std::unique_ptr<storage::Storage> storage_ = storage::MakeLocalStorage();
  std::unique_ptr<bcdr::Gateway> gateway_;
};

}  // namespace

Result<StartPart> ReadGatewayPart(const ConfigTable& section) {
  bcdr::GatewayOptions options;
  LIFEBOAT_ASSIGN_OR_RETURN(const ListenAddress address, ReadListenAddress(section));
  options.host = address.host;
  options.port = address.port;
  LIFEBOAT_ASSIGN_OR_RETURN(options.connection_name, section.String("connection"));
  LIFEBOAT_ASSIGN_OR_RETURN(options.state_location, section.String("state"));
  LIFEBOAT_ASSIGN_OR_RETURN(options.catalog.port, ReadPort(section, "catalog_port", 0));
  LIFEBOAT_ASSIGN_OR_RETURN(options.catalog.uris, section.Strings("catalogs"));
  LIFEBOAT_ASSIGN_OR_RETURN(const int64_t hold_seconds, section.Integer("hold_seconds", 60));
  if (hold_seconds < 0) return section.Error("hold_seconds", "must not be negative");
  options.hold.time_limit = std::chrono::seconds(hold_seconds);
  LIFEBOAT_ASSIGN_OR_RETURN(const std::vector<ConfigTable> members, section.Tables("members"));
  if (members.empty())
    return section.Error("members", "must name at least one account ([[gateway.members]])");
  for (const ConfigTable& member : members) {
    bcdr::GatewayMember& added = options.members.emplace_back();
    LIFEBOAT_ASSIGN_OR_RETURN(added.organization, member.String("organization", "LIFEBOAT"));
    LIFEBOAT_ASSIGN_OR_RETURN(added.account, member.String("account"));
    LIFEBOAT_ASSIGN_OR_RETURN(added.uri, member.String("uri"));
  }
  return StartPart([options] { return GatewayPart::Start(options); });
}

}  // namespace lifeboat::app
