// FROM: tables, joins, table functions and their suffixes.
#include <utility>

#include "account/sql/parse.h"

namespace lifeboat::account::sql {
TableRefPtr Parser::ParseFrom() {
  TableRefPtr left = ParseJoins();
  while (AcceptSymbol(",")) {
    Join join;
    join.kind = JoinKind::kComma;
    const Location location = left == nullptr ? Location() : left->location;
    const int left_height = left == nullptr ? 0 : left->height;
    join.left = std::move(left);
    join.right = ParseJoins();
    auto table = std::make_unique<TableRef>();
    table->location = location;
    table->height = std::max(left_height, join.right == nullptr ? 0 : join.right->height) + 1;
    CheckHeight(table->height);
    table->node = std::move(join);
    left = std::move(table);
  }
  return left;
}

TableRefPtr Parser::ParseJoins() {
  TableRefPtr left = ParseTableRef();
  while (!failed()) {
    Join join;
    if (!ParseJoinOperator(&join)) break;
    const Location location = left == nullptr ? Location() : left->location;
    const int left_height = left == nullptr ? 0 : left->height;
    join.left = std::move(left);
    join.right = ParseTableRef();
    if (PeekWord("MATCH_CONDITION")) {
      Next();
      ExpectSymbol("(");
      join.match_condition = ParseExpression();
      ExpectSymbol(")");
    }
    if (AcceptWord("ON")) {
      join.on = ParseExpression();
    } else if (AcceptWord("USING")) {
      join.using_columns = ParseIdentifierList();
    }
    auto table = std::make_unique<TableRef>();
    table->location = location;
    table->height = std::max(left_height, join.right == nullptr ? 0 : join.right->height) + 1;
    CheckHeight(table->height);
    table->node = std::move(join);
    left = std::move(table);
  }
  return left;
}

bool Parser::ParseJoinOperator(Join* join) {
  if (PeekWord("ASOF") && PeekWord("JOIN", 1)) {
    Next();
    join->kind = JoinKind::kAsof;
  } else {
    join->natural = PeekWord("NATURAL") && AcceptWord("NATURAL");
    if (AcceptWord("CROSS")) {
      join->kind = JoinKind::kCross;
    } else if (AcceptWord("LEFT")) {
      join->kind = JoinKind::kLeft;
      AcceptWord("OUTER");
    } else if (AcceptWord("RIGHT")) {
      join->kind = JoinKind::kRight;
      AcceptWord("OUTER");
    } else if (AcceptWord("FULL")) {
      join->kind = JoinKind::kFull;
      AcceptWord("OUTER");
    } else if (!AcceptWord("INNER") && !join->natural && !PeekWord("JOIN")) {
      return false;
    }
  }
  ExpectWord("JOIN");
  return true;
}

TableRefPtr Parser::ParseTableRef() {
  Nested nested(this);
  if (!nested) return nullptr;
  const Token first = Peek();
  const bool lateral = AcceptWord("LATERAL");
  TableRefPtr table = ParseTablePrimary();
  if (table == nullptr) return nullptr;
  table->lateral = table->lateral || lateral;
  table->location = first.location;
  ParseTableSuffixes(table.get());
  return table;
}

TableRefPtr Parser::ParseTablePrimary() {
  auto table = std::make_unique<TableRef>();
  if (AcceptSymbol("(")) {
    if (PeekQuery() && !PeekSymbol("(")) {
      if (AcceptWord("VALUES")) {
        table->node = ParseValues();
      } else {
        DerivedTable derived;
        derived.query = ParseQuery();
        table->height = derived.query == nullptr ? 1 : derived.query->height + 1;
        table->node = std::move(derived);
      }
      ExpectSymbol(")");
      return table;
    }
    return ParseParenthesizedTable(ParseFrom());
  }
  if (AcceptWord("VALUES")) {
    table->node = ParseValues();
    return table;
  }
  if (PeekWord("TABLE") && PeekSymbol("(", 1)) {
    Next();
    Next();
    if (Peek().kind == TokenKind::kString || Peek().kind == TokenKind::kVariable || Peek().text == "?" ||
        Peek().text == ":") {
      NamedTable named;  // TABLE($v), TABLE('name')
      named.name.location = Peek().location;
      named.name.dynamic = ParseExpression();
      table->node = std::move(named);
    } else {
      ObjectName name = ParseObjectName();
      if (PeekSymbol("(")) {
        table->node = TableFunction{ParseCall(std::move(name))};
      } else {
        table->node = NamedTable{std::move(name), nullptr};
      }
    }
    ExpectSymbol(")");
    return table;
  }
  ObjectName name = ParseObjectName();
  if (PeekSymbol("(") && name.dynamic == nullptr) {
    table->node = TableFunction{ParseCall(std::move(name))};
    return table;
  }
  table->node = NamedTable{std::move(name), ParseTimeTravel()};
  return table;
}

// The cursor is behind what stood after '('. A subquery in two pairs of parentheses reads as one in one pair,
// and may turn out to be the first branch of a set operation.
TableRefPtr Parser::ParseParenthesizedTable(TableRefPtr inner) {
  auto table = std::make_unique<TableRef>();
  if (inner == nullptr) return table;
  auto* derived = std::get_if<DerivedTable>(&inner->node);
  if (derived != nullptr && inner->alias.name.text.empty() && (PeekSetOperator() || PeekQueryTail())) {
    Token first = Peek();
    first.location = inner->location;
    if (derived->query != nullptr) first.begin = derived->query->span.begin;
    derived->query = ContinueQuery(std::move(derived->query), first);
    inner->height = derived->query == nullptr ? 1 : derived->query->height + 1;
  }
  ExpectSymbol(")");
  table->height = inner->height + 1;
  CheckHeight(table->height);
  table->node = ParenthesizedTable{std::move(inner)};
  return table;
}

void Parser::ParseTableSuffixes(TableRef* table) {
  if (PeekAnyWord({"SAMPLE", "TABLESAMPLE"})) table->sample = ParseSample();
  table->alias = ParseTableAlias();
  if (table->sample == nullptr && PeekAnyWord({"SAMPLE", "TABLESAMPLE"})) table->sample = ParseSample();
}

// Words that begin what may follow a table, and therefore are no alias without AS.
bool Parser::PeekClauseAfterTable() const {
  return PeekAnyWord({"SAMPLE", "ASOF", "MATCH_CONDITION", "AT", "BEFORE", "PIVOT", "UNPIVOT", "WINDOW",
                      "MATCH_RECOGNIZE", "CHANGES"});
}

TableAlias Parser::ParseTableAlias() {
  TableAlias alias;
  if (AcceptWord("AS")) {
    alias.name = ParseAnyIdentifier();
  } else if (PeekIdentifier() && !PeekClauseAfterTable()) {
    alias.name = ParseIdentifier();
  } else {
    return alias;
  }
  if (PeekSymbol("(")) alias.columns = ParseIdentifierList();
  return alias;
}

std::unique_ptr<Sample> Parser::ParseSample() {
  Next();
  auto sample = std::make_unique<Sample>();
  if (PeekAnyWord({"SYSTEM", "BLOCK"})) {
    Next();
    sample->system = true;
  } else if (PeekAnyWord({"BERNOULLI", "ROW"})) {
    Next();
  }
  ExpectSymbol("(");
  sample->size = ParseExpression();
  sample->rows = AcceptWord("ROWS");
  ExpectSymbol(")");
  if (PeekAnyWord({"SEED", "REPEATABLE"})) {
    Next();
    ExpectSymbol("(");
    sample->seed = ParseExpression();
    ExpectSymbol(")");
  }
  return sample;
}

std::unique_ptr<TimeTravel> Parser::ParseTimeTravel() {
  if (!PeekAnyWord({"AT", "BEFORE"}) || !PeekSymbol("(", 1)) return nullptr;
  auto travel = std::make_unique<TimeTravel>();
  travel->before = Next().text == "BEFORE";
  ExpectSymbol("(");
  if (Peek().kind != TokenKind::kWord) Fail();
  travel->kind = Next().text;
  ExpectSymbol("=>");
  travel->value = ParseExpression();
  ExpectSymbol(")");
  return travel;
}

}  // namespace lifeboat::account::sql
