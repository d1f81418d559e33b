// ALTER TABLE and ALTER ICEBERG TABLE.
#include <utility>

#include "account/sql/parse.h"

namespace lifeboat::account::sql {

Statement::Node Parser::ParseAlterTable(ObjectKind kind) {
  AlterTableStatement alter;
  alter.kind = kind;
  alter.if_exists = AcceptIfExists();
  alter.name = ParseObjectName();
  if (PeekAnyWord({"ALTER", "MODIFY"})) {
    Next();
    ParseAlterColumn(&alter.actions);
  } else {
    alter.actions.push_back(ParseTableAction());
  }
  return alter;
}

TableAction Parser::ParseTableAction() {
  TableAction action;
  if (AcceptWord("ADD")) return ParseAddAction();
  if (AcceptWord("DROP")) return ParseDropAction();
  if (AcceptWord("RENAME")) {
    if (AcceptWord("TO")) {
      action.kind = TableActionKind::kRenameTo;
      action.target = ParseObjectName();
    } else {
      ExpectWord("COLUMN");
      action.kind = TableActionKind::kRenameColumn;
      action.names.push_back(ParseIdentifier());
      ExpectWord("TO");
      action.new_name = ParseIdentifier();
    }
  } else if (AcceptWords({"SWAP", "WITH"})) {
    action.kind = TableActionKind::kSwapWith;
    action.target = ParseObjectName();
  } else if (AcceptWord("SET")) {
    action.kind = TableActionKind::kSet;
    ParseProperties(&action.properties);
    if (action.properties.empty()) Fail();
  } else if (AcceptWord("UNSET")) {
    action.kind = TableActionKind::kUnset;
    do {
      action.unset.push_back(ParseAnyIdentifier().text);
    } while (AcceptSymbol(","));
  } else if (AcceptWord("REFRESH")) {
    action.kind = TableActionKind::kRefresh;
    if (!AtEnd() && !PeekSymbol(";")) action.refresh_path = ParseExpression();
  } else if (AcceptWords({"CLUSTER", "BY"})) {
    action.kind = TableActionKind::kClusterBy;
    ExpectSymbol("(");
    action.cluster_by = ParseExpressionList();
    ExpectSymbol(")");
  } else {
    Fail();
  }
  return action;
}

TableAction Parser::ParseAddAction() {
  TableAction action;
  if (std::optional<TableConstraint> constraint = AcceptTableConstraint()) {
    action.kind = TableActionKind::kAddConstraint;
    action.constraint = std::move(constraint);
    return action;
  }
  action.kind = TableActionKind::kAddColumns;
  AcceptWord("COLUMN");
  action.if_exists = AcceptIfNotExists();
  const bool list = AcceptSymbol("(");
  do {
    if (!action.columns.empty()) AcceptWord("COLUMN");
    action.columns.push_back(ParseColumnDefinition());
  } while (AcceptSymbol(","));
  if (list) ExpectSymbol(")");
  return action;
}

TableAction Parser::ParseDropAction() {
  TableAction action;
  if (AcceptWords({"PRIMARY", "KEY"})) {
    action.kind = TableActionKind::kDropPrimaryKey;
  } else if (AcceptWords({"CLUSTERING", "KEY"})) {
    action.kind = TableActionKind::kDropClusteringKey;
  } else if (AcceptWord("CONSTRAINT")) {
    action.kind = TableActionKind::kDropConstraint;
    action.names.push_back(ParseIdentifier());
  } else {
    action.kind = TableActionKind::kDropColumns;
    AcceptWord("COLUMN");
    action.if_exists = AcceptIfExists();
    do {
      action.names.push_back(ParseIdentifier());
    } while (AcceptSymbol(","));
  }
  return action;
}

// ALTER [(] [COLUMN] c … [, [COLUMN] d …] [)]
void Parser::ParseAlterColumn(std::vector<TableAction>* actions) {
  const bool list = AcceptSymbol("(");
  do {
    AcceptWord("COLUMN");
    actions->push_back(ParseOneAlterColumn());
  } while (AcceptSymbol(","));
  if (list) ExpectSymbol(")");
}

TableAction Parser::ParseOneAlterColumn() {
  TableAction action;
  action.names.push_back(ParseIdentifier());
  if (AcceptWord("DROP")) {
    if (AcceptWord("DEFAULT")) {
      action.kind = TableActionKind::kDropDefault;
    } else {
      ExpectWord("NOT");
      ExpectWord("NULL");
      action.kind = TableActionKind::kDropNotNull;
    }
  } else if (AcceptWord("COMMENT")) {
    action.kind = TableActionKind::kCommentColumn;
    action.comment = ParseString();
  } else if (AcceptWords({"UNSET", "COMMENT"})) {
    action.kind = TableActionKind::kUnsetColumnComment;
  } else if (AcceptWords({"SET", "NOT", "NULL"})) {
    action.kind = TableActionKind::kSetNotNull;
  } else if (AcceptWords({"SET", "DEFAULT"})) {
    action.kind = TableActionKind::kSetDefault;
    ColumnDefinition column;
    column.name = action.names.front();
    column.default_value = ParseExpression();
    if (column.default_value != nullptr) column.default_text = SourceOf(column.default_value->span);
    action.columns.push_back(std::move(column));
  } else {
    if (AcceptWord("SET"))
      ExpectWord("DATA");
    else if (PeekWord("DATA") && PeekWord("TYPE", 1))
      Next();
    AcceptWord("TYPE");
    action.kind = TableActionKind::kSetType;
    ColumnDefinition column;
    column.name = action.names.front();
    column.type = ParseTypeName();
    action.columns.push_back(std::move(column));
  }
  return action;
}

}  // namespace lifeboat::account::sql
