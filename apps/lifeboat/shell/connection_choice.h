// ConnectionChoice: which server a command talks SQL to.
//
// By default the connection of the local deployment, which follows the primary; one site's account with
// `site`; any server that speaks the drivers' protocol with `host` and `port`.
#ifndef LIFEBOAT_SHELL_CONNECTION_CHOICE_H_
#define LIFEBOAT_SHELL_CONNECTION_CHOICE_H_

#include <cstdint>
#include <string>

#include "base/result.h"
#include "lifeboat/driver/driver_client.h"

namespace CLI {
class App;
}

namespace lifeboat::app {

struct ConnectionChoice {
  std::string dir;
  std::string connection, site;
  std::string protocol = "http", host;
  uint16_t port = 0;
  std::string account, user;
  std::string role, warehouse, database, schema;
};

void AddConnectionOptions(CLI::App& command, ConnectionChoice& choice);
// The password of a server named by host is the environment's LIFEBOAT_PASSWORD: arguments can be read by
// others.
Result<driver::ConnectOptions> ResolveConnection(const ConnectionChoice& choice);

}  // namespace lifeboat::app

#endif  // LIFEBOAT_SHELL_CONNECTION_CHOICE_H_
