// What the catalog says about access, as lines for people.
#ifndef LIFEBOAT_ACCESS_ACCESS_TEXT_H_
#define LIFEBOAT_ACCESS_ACCESS_TEXT_H_

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <string>

namespace lifeboat::app {

// {"principals":[…],"roles":[…],"grants":[…],"locations":[…],"settings":{…},"trust":[…]}
std::string AccessOverviewText(const boost::json::object& overview);
// {"principal":…,"roles":[…],"object":{…},"privileges":[…]}
std::string EffectiveText(const boost::json::value& effective);
std::string SettingsText(const boost::json::value& settings);
std::string TrustText(const boost::json::value& trust);
// The answer to a new principal or secret: what to give to whoever it is for.
std::string NewSecretText(const boost::json::value& answer);

}  // namespace lifeboat::app

#endif  // LIFEBOAT_ACCESS_ACCESS_TEXT_H_
