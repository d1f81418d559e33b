#include "account/engine/create_object.h"

#include "account/engine/name_lookup.h"
#include "account/engine/properties.h"
#include "account/engine/result_builder.h"
#include "account/engine/statement_error.h"

namespace lifeboat::account {

Result<ExistingAction> DecideExisting(const StatementContext& context, const Object* existing,
                                      const sql::CreateFlags& flags, std::string_view name) {
  if (existing == nullptr) return ExistingAction::kCreate;
  if (flags.if_not_exists) return ExistingAction::kKeep;
  if (!flags.or_replace) return ObjectExists(name);
  if (!context.authorizer().Owns(existing->id))
    return InsufficientPrivileges(existing->kind(), existing->name);
  return ExistingAction::kReplace;
}

Result<std::string> AccountObjectName(const StatementContext& context, const sql::ObjectName& name) {
  LIFEBOAT_ASSIGN_OR_RETURN(const std::vector<sql::Identifier> parts, context.Parts(name));
  if (parts.size() != 1) {
    return InvalidProperty("name",
                           fmt::format("'{}' must be one identifier without a qualifier", NameText(parts)));
  }
  return parts[0].text;
}

QueryResult CreatedResult(std::string_view what, std::string_view name, ExistingAction action) {
  if (action == ExistingAction::kKeep)
    return StatusResult(fmt::format("{} already exists, statement succeeded.", name));
  return StatusResult(fmt::format("{} {} successfully created.", what, name));
}

Result<ObjectId> CreateOrReplace(StatementContext& context, ExistingAction action, const Object* existing,
                                 CreateRequest request) {
  const std::unique_ptr<Transaction> transaction = context.engine().objects->Begin();
  ObjectId id = kNoObject;
  if (action == ExistingAction::kReplace && request.keep_identity) {
    request.object.id = id = existing->id;
    request.object.owner = existing->owner;
    request.object.created_micros = existing->created_micros;
    LIFEBOAT_RETURN_IF_ERROR(transaction->Update(std::move(request.object)));
  } else {
    if (action == ExistingAction::kReplace) LIFEBOAT_RETURN_IF_ERROR(transaction->Drop(existing->id));
    const std::string name = request.object.name;
    const Result<ObjectId> created = transaction->Create(std::move(request.object));
    if (created.status().code() == StatusCode::kAlreadyExists) return ObjectExists(QuoteIdentifier(name));
    if (!created.ok()) return created.status();
    id = *created;
  }
  LIFEBOAT_RETURN_IF_ERROR(transaction->Commit());
  context.Refresh();
  return id;
}

Result<std::string> CommentOf(const StatementContext& context, const sql::Properties& properties) {
  LIFEBOAT_ASSIGN_OR_RETURN(const std::optional<std::string> comment,
                            OptionalText(context, properties, "COMMENT"));
  return comment.value_or("");
}

}  // namespace lifeboat::account
