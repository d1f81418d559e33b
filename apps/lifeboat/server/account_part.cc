#include "account/engine/embedded_account.h"
#include "account/wire/wire_server.h"
#include "lifeboat/server/catalog_clients.h"
#include "lifeboat/server/object_storage.h"
#include "lifeboat/server/server_part.h"

namespace lifeboat::app {
namespace {

class AccountPart final : public ServerPart {
 public:
  static Result<std::unique_ptr<ServerPart>> Start(const ListenAddress& address,
                                                   const account::EmbeddedAccountOptions& account_options,
                                                   const account::wire::WireServerOptions& wire_options) {
    LIFEBOAT_RETURN_IF_ERROR(CheckCanListen(address));
    auto part = std::make_unique<AccountPart>();
    part->host_ = address.host;
    LIFEBOAT_ASSIGN_OR_RETURN(part->account_, account::EmbeddedAccount::Open(account_options));
    LIFEBOAT_ASSIGN_OR_RETURN(part->wire_, account::wire::WireServer::Start(wire_options, *part->account_));
    return std::unique_ptr<ServerPart>(std::move(part));
  }

  std::string Describe() const override {
    return fmt::format("account {} on {}:{}", account_->account_name(), host_, wire_->port());
  }
  void Stop(std::chrono::milliseconds grace) override { wire_->Stop(grace); }

 private:
  std::string host_;
  std::unique_ptr<account::AccountService> account_;
  std::unique_ptr<account::wire::WireServer> wire_;
};

}  // namespace

Result<StartPart> ReadAccountPart(const ConfigTable& section) {
  account::EmbeddedAccountOptions account;
  LIFEBOAT_ASSIGN_OR_RETURN(account.dir, section.String("dir"));
  if (!account.dir.starts_with('/')) return section.Error("dir", "must be an absolute path");
  LIFEBOAT_ASSIGN_OR_RETURN(account.organization, section.String("organization", "LIFEBOAT"));
  LIFEBOAT_ASSIGN_OR_RETURN(account.account, section.String("name"));
  LIFEBOAT_ASSIGN_OR_RETURN(account.admin_user, section.String("admin_user", "ADMIN"));
  LIFEBOAT_ASSIGN_OR_RETURN(account.admin_password, section.String("admin_password"));
  LIFEBOAT_ASSIGN_OR_RETURN(const int64_t threads, section.Integer("threads", 2));
  if (threads < 1 || threads > 1024) return section.Error("threads", "must be between 1 and 1024");
  account.threads = static_cast<int>(threads);
  LIFEBOAT_ASSIGN_OR_RETURN(const int64_t memory_mib, section.Integer("memory_limit_mib", 2048));
  if (memory_mib < 64) return section.Error("memory_limit_mib", "must be at least 64");
  account.memory_limit_bytes = memory_mib << 20;
  LIFEBOAT_ASSIGN_OR_RETURN(account.strict, section.Boolean("strict", false));
  LIFEBOAT_ASSIGN_OR_RETURN(const std::optional<S3Settings> s3, ReadS3Settings(section));
  LIFEBOAT_ASSIGN_OR_RETURN(account.storage, OpenObjectStorage(s3));
  account.catalog_factory = MakeIntegrationClient;

  LIFEBOAT_ASSIGN_OR_RETURN(const ListenAddress address, ReadListenAddress(section));
  account::wire::WireServerOptions wire;
  wire.host = address.host;
  wire.port = address.port;
  LIFEBOAT_ASSIGN_OR_RETURN(wire.token_key, ReadTokenKey(section));
  LIFEBOAT_ASSIGN_OR_RETURN(wire.connection_names, section.Strings("connections"));
  return StartPart([=] { return AccountPart::Start(address, account, wire); });
}

}  // namespace lifeboat::app
