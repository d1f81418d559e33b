// ServerPart: one server that `lifeboat server` runs in its process: a catalog, an account or a gateway.
//
// A part comes to life in two steps, so that a mistake in any section of the file is reported before anything
// is touched: Read…Part checks its section and returns what starts it.
#ifndef LIFEBOAT_SERVER_SERVER_PART_H_
#define LIFEBOAT_SERVER_SERVER_PART_H_

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/config.h"
#include "base/result.h"
#include "catalog/server/catalog_server.h"

namespace lifeboat::app {

class ServerPart {
 public:
  virtual ~ServerPart() = default;           // stops with no grace
  virtual std::string Describe() const = 0;  // "account PRIMARY on 127.0.0.1:8101"
  virtual void Stop(std::chrono::milliseconds grace) = 0;
};

using StartPart = std::function<Result<std::unique_ptr<ServerPart>>()>;

Result<StartPart> ReadCatalogPart(const ConfigTable& section);
Result<StartPart> ReadAccountPart(const ConfigTable& section);
Result<StartPart> ReadGatewayPart(const ConfigTable& section);

// Settings that several sections have.
struct ListenAddress {
  std::string host;
  uint16_t port = 0;
};
Result<ListenAddress> ReadListenAddress(const ConfigTable& section);
Result<uint16_t> ReadPort(const ConfigTable& section, std::string_view key, int64_t fallback);
// A base64 key of at least 32 bytes, decoded.
Result<std::string> ReadTokenKey(const ConfigTable& section);
// Retention and sinks of a catalog's change log. `default_position_folder` is where sinks keep their
// positions unless told otherwise; empty: they have to be told.
Status ReadChangeLogSettings(const ConfigTable& section, const std::string& default_position_folder,
                             catalog::CatalogServerOptions* options);
// Fails when something else listens there: asked before a part opens its state.
Status CheckCanListen(const ListenAddress& address);

// Runs the parts that the file names until SIGINT or SIGTERM.
Status RunServer(const std::string& config_path);

}  // namespace lifeboat::app

#endif  // LIFEBOAT_SERVER_SERVER_PART_H_
