// What every CREATE does about an object of the same name, and how it ends.
#ifndef LIFEBOAT_ACCOUNT_ENGINE_CREATE_OBJECT_H_
#define LIFEBOAT_ACCOUNT_ENGINE_CREATE_OBJECT_H_

#include <string>
#include <string_view>

#include "account/engine/statement_context.h"
#include "account/objects/object.h"
#include "account/sql/ast/statement.h"
#include "base/result.h"

namespace lifeboat::account {

enum class ExistingAction { kCreate, kReplace, kKeep };

// kKeep: IF NOT EXISTS met it. Errors: 002002 without OR REPLACE, 003001 without OWNERSHIP of what would be
// replaced.
Result<ExistingAction> DecideExisting(const StatementContext& context, const Object* existing,
                                      const sql::CreateFlags& flags, std::string_view name);

// The one part of an account-level name. Errors: 001003-like for qualified names.
Result<std::string> AccountObjectName(const StatementContext& context, const sql::ObjectName& name);

// "Role X successfully created.", or, for kKeep, "X already exists, statement succeeded."
QueryResult CreatedResult(std::string_view what, std::string_view name, ExistingAction action);

// Creates or replaces an object in one transaction. A replaced object's grants go with it unless
// `keep_identity`, which keeps id, owner and grants (integrations and volumes that others depend on).
struct CreateRequest {
  Object object;
  bool keep_identity = false;
};
Result<ObjectId> CreateOrReplace(StatementContext& context, ExistingAction action, const Object* existing,
                                 CreateRequest request);

// The COMMENT among the properties; empty if there is none.
Result<std::string> CommentOf(const StatementContext& context, const sql::Properties& properties);

}  // namespace lifeboat::account

#endif  // LIFEBOAT_ACCOUNT_ENGINE_CREATE_OBJECT_H_
