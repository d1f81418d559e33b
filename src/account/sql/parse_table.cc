// CREATE TABLE and CREATE ICEBERG TABLE.
#include <utility>

#include "account/sql/parse.h"

namespace lifeboat::account::sql {

Statement::Node Parser::ParseCreateTable(CreateTableStatement create) {
  create.flags.if_not_exists = AcceptIfNotExists();
  create.name = ParseObjectName();
  if (PeekSymbol("(") && !PeekQuery(1)) {
    Next();
    do {
      ParseTableElement(&create);
    } while (AcceptSymbol(",") && !PeekSymbol(")"));
    ExpectSymbol(")");
  }
  if (AcceptWord("LIKE")) create.like_table = ParseObjectName();
  if (AcceptWord("CLONE")) create.clone_of = ParseObjectName();
  ParseTableOptions(&create);
  if (AcceptWord("AS")) create.query = ParseQuery();
  const bool defined = !create.columns.empty() || !create.like_table.empty() || !create.clone_of.empty() ||
                       create.query != nullptr || create.kind == ObjectKind::kIcebergTable;
  if (!defined) Fail();
  return create;
}

void Parser::ParseTableElement(CreateTableStatement* create) {
  if (std::optional<TableConstraint> constraint = AcceptTableConstraint()) {
    create->constraints.push_back(std::move(*constraint));
  } else {
    create->columns.push_back(ParseColumnDefinition());
  }
}

// name [type] [option …]; without a type only for CTAS.
ColumnDefinition Parser::ParseColumnDefinition() {
  ColumnDefinition column;
  column.name = ParseIdentifier();
  if (!PeekSymbol(",") && !PeekSymbol(")")) column.type = ParseTypeName();
  while (!failed() && ParseColumnOption(&column)) {
  }
  return column;
}

bool Parser::ParseColumnOption(ColumnDefinition* column) {
  if (AcceptWords({"NOT", "NULL"})) {
    column->not_null = true;
  } else if (AcceptWord("NULL")) {
    column->not_null = false;
  } else if (AcceptWord("DEFAULT")) {
    column->default_value = ParseExpression();
    if (column->default_value != nullptr) column->default_text = SourceOf(column->default_value->span);
  } else if (PeekAnyWord({"AUTOINCREMENT", "IDENTITY"})) {
    Next();
    ParseAutoincrement(column);
  } else if (AcceptWords({"PRIMARY", "KEY"})) {
    column->primary_key = true;
  } else if (AcceptWord("UNIQUE")) {
    column->unique = true;
  } else if (AcceptWord("COMMENT")) {
    AcceptSymbol("=");
    column->comment = ParseString();
  } else if (AcceptWord("COLLATE")) {
    column->collation = ParseString();
  } else if (AcceptWord("REFERENCES")) {
    ParseObjectName();
    if (PeekSymbol("(")) ParseIdentifierList();
  } else if (AcceptWord("CONSTRAINT")) {
    ParseIdentifier();
  } else if (PeekAnyWord({"ENFORCED", "DEFERRABLE", "RELY", "NORELY", "ENABLE", "VALIDATE"})) {
    Next();
  } else if (AcceptWords({"NOT", "ENFORCED"})) {
    // Keys are never enforced.
  } else {
    return false;
  }
  return true;
}

// AUTOINCREMENT [(start, step) | START n INCREMENT n] [ORDER | NOORDER]
void Parser::ParseAutoincrement(ColumnDefinition* column) {
  Autoincrement increment;
  if (AcceptSymbol("(")) {
    increment.start = ParseInteger();
    ExpectSymbol(",");
    increment.step = ParseInteger();
    ExpectSymbol(")");
  } else {
    if (AcceptWord("START")) {
      AcceptWord("WITH");
      AcceptSymbol("=");
      increment.start = ParseInteger();
    }
    if (AcceptWord("INCREMENT")) {
      AcceptWord("BY");
      AcceptSymbol("=");
      increment.step = ParseInteger();
    }
  }
  if (!AcceptWord("ORDER")) AcceptWord("NOORDER");
  column->autoincrement = increment;
}

std::optional<TableConstraint> Parser::AcceptTableConstraint() {
  const bool named = PeekWord("CONSTRAINT") && PeekIdentifier(1);
  const bool plain = (PeekAnyWord({"PRIMARY", "FOREIGN"}) && PeekWord("KEY", 1)) ||
                     (PeekWord("UNIQUE") && PeekSymbol("(", 1));
  if (!named && !plain) return std::nullopt;
  TableConstraint constraint;
  if (AcceptWord("CONSTRAINT")) constraint.name = ParseIdentifier();
  if (AcceptWords({"PRIMARY", "KEY"})) {
    constraint.kind = ConstraintKind::kPrimaryKey;
  } else if (AcceptWord("UNIQUE")) {
    constraint.kind = ConstraintKind::kUnique;
  } else {
    constraint.kind = ConstraintKind::kForeignKey;
    ExpectWord("FOREIGN");
    ExpectWord("KEY");
  }
  constraint.columns = ParseIdentifierList();
  if (constraint.kind == ConstraintKind::kForeignKey) {
    ExpectWord("REFERENCES");
    constraint.references = ParseObjectName();
    if (PeekSymbol("(")) constraint.referenced_columns = ParseIdentifierList();
  }
  while (PeekAnyWord({"ENFORCED", "DEFERRABLE", "RELY", "NORELY", "ENABLE", "VALIDATE"}) ||
         (PeekWord("NOT") && PeekAnyWord({"ENFORCED", "DEFERRABLE"}, 1))) {
    Next();
  }
  return constraint;
}

void Parser::ParseTableOptions(CreateTableStatement* create) {
  while (!failed()) {
    const size_t before = next_;
    if (AcceptWords({"CLUSTER", "BY"})) {
      AcceptWord("LINEAR");
      ExpectSymbol("(");
      create->cluster_by = ParseExpressionList();
      ExpectSymbol(")");
    } else if (AcceptWords({"COPY", "GRANTS"})) {
      create->copy_grants = true;
    }
    ParseProperties(&create->properties);
    if (next_ == before) return;
  }
}

}  // namespace lifeboat::account::sql
