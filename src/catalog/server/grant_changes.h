// What changes of the catalog do to its grants, in the same transaction: whoever creates an object owns it;
// grants go with what is dropped, so that a later object of the same name starts with none; and they follow
// what is renamed.
#ifndef LIFEBOAT_CATALOG_SERVER_GRANT_CHANGES_H_
#define LIFEBOAT_CATALOG_SERVER_GRANT_CHANGES_H_

#include <string>
#include <vector>

#include "catalog/access/policy.h"
#include "catalog/store/catalog_store.h"

namespace lifeboat::catalog {

// Changes that name objects, and so may change grants.
bool MayChangeGrants(const std::vector<Change>& changes);

// Appends to `changes` the records they entail. `creator`: the principal that owns what they create; empty
// for administrators and where nobody has to be given anything.
void AddGrantChanges(const access::Policy& policy, const std::string& creator, std::vector<Change>* changes);

}  // namespace lifeboat::catalog

#endif  // LIFEBOAT_CATALOG_SERVER_GRANT_CHANGES_H_
