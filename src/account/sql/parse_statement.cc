// Which family a statement belongs to, by its first words.
#include <utility>

#include "account/sql/parse.h"

namespace lifeboat::account::sql {

Statement::Node Parser::ParseStatement() {
  if (AtEnd()) return EmptyStatement{};
  if (PeekQuery()) {
    SelectStatement select;
    select.query = ParseQuery();
    return select;
  }
  if (AcceptWord("CREATE")) return ParseCreate();
  if (AcceptWord("ALTER")) return ParseAlter();
  if (AcceptWord("DROP")) return ParseDrop(false);
  if (AcceptWord("UNDROP")) return ParseDrop(true);
  if (AcceptWord("USE")) return ParseUse();
  if (AcceptWord("SET")) return ParseSet();
  if (AcceptWord("UNSET")) return ParseUnset();
  if (PeekAnyWord({"BEGIN", "START", "COMMIT", "ROLLBACK"})) return ParseTransaction();
  if (AcceptWord("GRANT")) return ParseGrant();
  if (AcceptWord("REVOKE")) return ParseRevoke();
  if (AcceptWord("SHOW")) return ParseShow();
  if (AcceptWord("DESCRIBE") || AcceptWord("DESC")) return ParseDescribe();
  if (AcceptWord("INSERT")) return ParseInsert();
  if (AcceptWord("UPDATE")) return ParseUpdate();
  if (AcceptWord("DELETE")) return ParseDelete();
  if (AcceptWord("MERGE")) return ParseMerge();
  if (AcceptWord("TRUNCATE")) return ParseTruncate();
  if (AcceptWord("COMMENT")) return ParseComment();
  if (AcceptWord("CALL")) return ParseCall();
  if (AcceptWord("EXECUTE")) return ParseExecute();
  if (AcceptWord("EXPLAIN")) {
    if (AcceptWord("USING") && !AcceptWord("TEXT") && !AcceptWord("TABULAR")) ExpectWord("JSON");
    ExplainStatement explain;
    explain.query = ParseQuery();
    return explain;
  }
  Fail();
  return EmptyStatement{};
}

Statement::Node Parser::ParseCreate() {
  const size_t create = next_ > 0 ? next_ - 1 : 0;
  const Token first = tokens_[create];
  CreateFlags flags;
  if (AcceptWords({"OR", "REPLACE"})) flags.or_replace = true;
  if (AcceptWords({"OR", "ALTER"})) flags.or_alter = true;
  CreateTableStatement table;
  CreateViewStatement view;
  bool transient = false;
  while (true) {  // these words come in several orders
    if (PeekAnyWord({"LOCAL", "GLOBAL"}) && PeekAnyWord({"TEMP", "TEMPORARY"}, 1)) {
      Next();
    } else if (PeekAnyWord({"TEMP", "TEMPORARY", "VOLATILE"})) {
      Next();
      table.temporary = view.temporary = true;
    } else if (AcceptWord("TRANSIENT")) {
      table.transient = transient = true;
    } else if (AcceptWord("SECURE")) {
      view.secure = true;
    } else if (AcceptWord("RECURSIVE")) {
      view.recursive = true;
    } else {
      break;
    }
  }
  const Token subject = Peek();
  const std::optional<ObjectKind> kind = AcceptObjectKind();
  if (!kind) {
    Fail();
    return EmptyStatement{};
  }
  table.flags = view.flags = flags;
  table.kind = *kind;
  switch (*kind) {
    case ObjectKind::kRole:
      return ParseCreateRole(flags, false);
    case ObjectKind::kDatabaseRole:
      return ParseCreateRole(flags, true);
    case ObjectKind::kUser:
      return ParseCreateUser(flags);
    case ObjectKind::kWarehouse:
      return ParseCreateWarehouse(flags);
    case ObjectKind::kDatabase:
      return ParseCreateDatabase(flags, transient);
    case ObjectKind::kSchema:
      return ParseCreateSchema(flags, transient);
    case ObjectKind::kStorageIntegration:
    case ObjectKind::kCatalogIntegration:
    case ObjectKind::kApiIntegration:
    case ObjectKind::kSecurityIntegration:
    case ObjectKind::kNotificationIntegration:
      return ParseCreateIntegration(flags, *kind);
    case ObjectKind::kExternalVolume:
      return ParseCreateExternalVolume(flags);
    case ObjectKind::kTable:
    case ObjectKind::kIcebergTable:
      return ParseCreateTable(std::move(table));
    case ObjectKind::kMaterializedView:
      view.materialized = true;
      [[fallthrough]];
    case ObjectKind::kView:
      return ParseCreateView(std::move(view), first);
    default:
      break;
  }
  // A kind of object that exists, but not one this program makes: the word itself is unexpected.
  for (size_t i = 0; i < tokens_.size(); ++i) {
    if (tokens_[i].begin == subject.begin) next_ = i;
  }
  Fail();
  return EmptyStatement{};
}

Statement::Node Parser::ParseAlter() {
  if (AcceptWord("SESSION")) return ParseAlterSession();
  const ObjectKind kind = ParseObjectKind();
  if (kind == ObjectKind::kTable || kind == ObjectKind::kIcebergTable) return ParseAlterTable(kind);
  return ParseAlterObject(kind);
}

}  // namespace lifeboat::account::sql
