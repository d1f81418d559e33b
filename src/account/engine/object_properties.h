// What CREATE and ALTER of users and warehouses may set.
#ifndef LIFEBOAT_ACCOUNT_ENGINE_OBJECT_PROPERTIES_H_
#define LIFEBOAT_ACCOUNT_ENGINE_OBJECT_PROPERTIES_H_

#include "account/engine/statement_context.h"
#include "account/objects/object.h"
#include "account/sql/ast/property.h"
#include "base/result.h"

namespace lifeboat::account {

Status ApplyUserProperties(const StatementContext& context, const sql::Properties& properties, Object& user);

// The same for warehouses.
Status ApplyWarehouseProperties(const StatementContext& context, const sql::Properties& properties,
                                Object& warehouse);

}  // namespace lifeboat::account

#endif  // LIFEBOAT_ACCOUNT_ENGINE_OBJECT_PROPERTIES_H_
