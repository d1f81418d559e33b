// The JSON form in which ObjectStore keeps the body of an object. Unknown fields are ignored and missing ones
// take their defaults, so an account written by an older or newer program stays readable.
#ifndef LIFEBOAT_ACCOUNT_OBJECTS_OBJECT_JSON_H_
#define LIFEBOAT_ACCOUNT_OBJECTS_OBJECT_JSON_H_

#include <string>
#include <string_view>

#include "account/objects/object.h"
#include "base/result.h"

namespace lifeboat::account {

std::string BodyToJson(const ObjectBody& body);

// kCorruption for text that is not such JSON.
Result<ObjectBody> BodyFromJson(ObjectKind kind, std::string_view json);

}  // namespace lifeboat::account

#endif  // LIFEBOAT_ACCOUNT_OBJECTS_OBJECT_JSON_H_
