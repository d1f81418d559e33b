// The configuration files of a deployment's processes, as `lifeboat server --config` reads them.
#ifndef LIFEBOAT_DEPLOYMENT_CONFIGURATION_H_
#define LIFEBOAT_DEPLOYMENT_CONFIGURATION_H_

#include <string>

#include "lifeboat/deployment/settings.h"

namespace lifeboat::app {

std::string CatalogConfiguration(const std::string& dir, const Settings& settings);
// `account`: "PRIMARY" or "SECONDARY"; `state`: folder of its own state.
std::string AccountConfiguration(const std::string& account, const std::string& dir, const std::string& state,
                                 uint16_t port, const Settings& settings);
std::string GatewayConfiguration(const std::string& dir, const Settings& settings);

// A TOML basic string, quoted.
std::string TomlString(std::string_view text);

}  // namespace lifeboat::app

#endif  // LIFEBOAT_DEPLOYMENT_CONFIGURATION_H_
