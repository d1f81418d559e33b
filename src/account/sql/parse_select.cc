// Queries: WITH, set operations, SELECT blocks and what follows them.
#include <utility>

#include "account/sql/parse.h"

namespace lifeboat::account::sql {

bool Parser::PeekQuery(size_t ahead) const {
  while (PeekSymbol("(", ahead)) ++ahead;
  return PeekAnyWord({"SELECT", "WITH", "VALUES"}, ahead);
}

bool Parser::PeekSetOperator() const {
  return PeekAnyWord({"UNION", "EXCEPT", "MINUS", "INTERSECT"});
}

bool Parser::PeekQueryTail() const {
  return PeekAnyWord({"LIMIT", "OFFSET", "FETCH"}) || (PeekWord("ORDER") && PeekWord("BY", 1));
}

QueryPtr Parser::ParseQuery() {
  Nested nested(this);
  if (!nested) return nullptr;
  const Token first = Peek();
  const int outer_height = std::exchange(height_, 0);
  auto query = std::make_unique<Query>();
  ParseWith(query.get());
  query->body = ParseSetOperations(ParseIntersections(ParseQueryPrimary()));
  ParseQueryTail(query.get());
  // TOP n of a query's only block is its LIMIT n: it counts rows in the order of ORDER BY.
  if (query->body != nullptr && query->limit == nullptr) {
    if (auto* select = std::get_if<Select>(&query->body->node)) query->limit = std::move(select->top);
  }
  query->span = SpanFrom(first);
  query->height = height_ + 1;
  height_ = std::max(outer_height, query->height);
  return query;
}

QueryPtr Parser::ContinueQuery(QueryPtr parenthesized, const Token& first) {
  Nested nested(this);
  if (!nested) return nullptr;
  auto query = std::make_unique<Query>();
  const int branch_height = parenthesized == nullptr ? 1 : parenthesized->height;
  auto branch = std::make_unique<QueryBody>();
  branch->node = ParenthesizedQuery{std::move(parenthesized)};
  query->body = ParseSetOperations(ParseIntersections(std::move(branch)));
  ParseQueryTail(query.get());
  query->span = SpanFrom(first);
  height_ = std::max(height_, branch_height);
  query->height = height_ + 1;
  return query;
}

void Parser::ParseWith(Query* query) {
  if (!AcceptWord("WITH")) return;
  query->recursive = AcceptWord("RECURSIVE");
  do {
    CommonTable table;
    table.name = ParseIdentifier();
    if (PeekSymbol("(")) table.columns = ParseIdentifierList();
    ExpectWord("AS");
    ExpectSymbol("(");
    table.query = ParseQuery();
    ExpectSymbol(")");
    query->with.push_back(std::move(table));
  } while (AcceptSymbol(","));
}

void Parser::ParseQueryTail(Query* query) {
  if (AcceptWords({"ORDER", "BY"})) {
    if (PeekWord("ALL") && !PeekSymbol("(", 1)) {
      Next();
      query->order_by_all = true;
      if (!AcceptWord("ASC")) AcceptWord("DESC");
    } else {
      query->order_by = ParseOrderItems();
    }
  }
  while (PeekAnyWord({"LIMIT", "OFFSET", "FETCH"})) {
    if (AcceptWord("LIMIT")) {
      query->limit = ParseExpression();
    } else if (AcceptWord("OFFSET")) {
      query->offset = ParseExpression();
      if (!AcceptWord("ROWS")) AcceptWord("ROW");
    } else {
      Next();
      if (!AcceptWord("FIRST")) AcceptWord("NEXT");
      query->limit = ParseExpression();
      if (!AcceptWord("ROWS")) AcceptWord("ROW");
      AcceptWord("ONLY");
    }
  }
}

// UNION and EXCEPT, left to right; INTERSECT binds tighter.
QueryBodyPtr Parser::ParseSetOperations(QueryBodyPtr first) {
  if (!PeekAnyWord({"UNION", "EXCEPT", "MINUS"})) return first;
  SetOperation operation;
  operation.first = std::move(first);
  while (PeekAnyWord({"UNION", "EXCEPT", "MINUS"})) {
    SetOperationTerm term;
    term.op = Next().text == "UNION" ? SetOperator::kUnion : SetOperator::kExcept;
    term.all = AcceptWord("ALL");
    if (!term.all) AcceptWord("DISTINCT");
    term.by_name = AcceptWords({"BY", "NAME"});
    term.body = ParseIntersections(ParseQueryPrimary());
    operation.rest.push_back(std::move(term));
  }
  auto body = std::make_unique<QueryBody>();
  body->node = std::move(operation);
  return body;
}

QueryBodyPtr Parser::ParseIntersections(QueryBodyPtr first) {
  if (!PeekWord("INTERSECT")) return first;
  SetOperation operation;
  operation.first = std::move(first);
  while (AcceptWord("INTERSECT")) {
    SetOperationTerm term;
    term.op = SetOperator::kIntersect;
    term.all = AcceptWord("ALL");
    if (!term.all) AcceptWord("DISTINCT");
    term.body = ParseQueryPrimary();
    operation.rest.push_back(std::move(term));
  }
  auto body = std::make_unique<QueryBody>();
  body->node = std::move(operation);
  return body;
}

QueryBodyPtr Parser::ParseQueryPrimary() {
  Nested nested(this);
  if (!nested) return nullptr;
  auto body = std::make_unique<QueryBody>();
  if (AcceptSymbol("(")) {
    ParenthesizedQuery parenthesized;
    parenthesized.query = ParseQuery();
    ExpectSymbol(")");
    body->node = std::move(parenthesized);
  } else if (AcceptWord("VALUES")) {
    body->node = ParseValues();
  } else {
    ExpectWord("SELECT");
    body->node = ParseSelect();
  }
  return body;
}

Select Parser::ParseSelect() {
  Select select;
  select.distinct = AcceptWord("DISTINCT");
  if (!select.distinct && PeekWord("ALL")) Next();
  if (PeekWord("TOP") && Peek(1).kind == TokenKind::kNumber) {
    Next();
    select.top = ParsePrimary();
  }
  do {
    if (!select.items.empty() && PeekAnyWord({"FROM", "WHERE"})) break;  // a comma before FROM is let pass
    select.items.push_back(ParseSelectItem());
  } while (AcceptSymbol(","));
  if (AcceptWord("FROM")) select.from = ParseFrom();
  if (AcceptWord("WHERE")) select.where = ParseExpression();
  if (AcceptWords({"GROUP", "BY"})) ParseGroupBy(&select);
  if (AcceptWord("HAVING")) select.having = ParseExpression();
  if (PeekWord("WINDOW") && PeekIdentifier(1) && PeekWord("AS", 2)) {
    Next();
    do {
      NamedWindow window;
      window.name = ParseIdentifier();
      ExpectWord("AS");
      ExpectSymbol("(");
      window.spec = ParseWindowSpec();
      ExpectSymbol(")");
      select.windows.push_back(std::move(window));
    } while (AcceptSymbol(","));
  }
  if (AcceptWord("QUALIFY")) select.qualify = ParseExpression();
  return select;
}

SelectItem Parser::ParseSelectItem() {
  SelectItem item;
  item.expression = ParseExpression();
  if (item.expression != nullptr) item.text = SourceOf(item.expression->span);
  item.alias = ParseAlias();
  return item;
}

// AS may be followed by any word; without it, by one that is not reserved and begins no clause.
std::optional<Identifier> Parser::ParseAlias() {
  if (AcceptWord("AS")) return ParseAnyIdentifier();
  if (!PeekIdentifier() || (PeekWord("WINDOW") && PeekIdentifier(1) && PeekWord("AS", 2)))
    return std::nullopt;
  return ParseIdentifier();
}

std::vector<Identifier> Parser::ParseStarColumns() {
  if (PeekSymbol("(")) return ParseIdentifierList();
  return {ParseIdentifier()};
}

// ILIKE 'pattern', EXCLUDE, REPLACE and RENAME, in this order.
void Parser::ParseStarModifiers(Star* star) {
  if (PeekWord("ILIKE") && Peek(1).kind == TokenKind::kString) {
    Next();
    star->ilike = Next().text;
  }
  if (PeekAnyWord({"EXCLUDE", "EXCEPT"}) && (PeekSymbol("(", 1) || PeekIdentifier(1)) && !PeekQuery(1)) {
    Next();
    star->exclude = ParseStarColumns();
  }
  if (PeekWord("REPLACE") && PeekSymbol("(", 1)) {
    Next();
    ExpectSymbol("(");
    do {
      ExpressionPtr value = ParseExpression();
      ExpectWord("AS");
      star->replace.emplace_back(std::move(value), ParseIdentifier());
    } while (AcceptSymbol(","));
    ExpectSymbol(")");
  }
  if (PeekWord("RENAME") && (PeekSymbol("(", 1) || PeekIdentifier(1))) {
    Next();
    const bool list = AcceptSymbol("(");
    do {
      Identifier from = ParseIdentifier();
      ExpectWord("AS");
      star->rename.emplace_back(std::move(from), ParseIdentifier());
    } while (list && AcceptSymbol(","));
    if (list) ExpectSymbol(")");
  }
}

void Parser::ParseGroupBy(Select* select) {
  if (PeekWord("ALL") && !PeekSymbol("(", 1)) {
    Next();
    select->group_by_all = true;
    return;
  }
  do {
    select->group_by.push_back(ParseGroupingElement());
  } while (AcceptSymbol(","));
}

GroupingElement Parser::ParseGroupingElement() {
  GroupingElement element;
  const bool sets = PeekWord("GROUPING") && PeekWord("SETS", 1);
  if (!sets && !(PeekAnyWord({"ROLLUP", "CUBE"}) && PeekSymbol("(", 1))) {
    element.sets.emplace_back();
    element.sets.back().push_back(ParseExpression());
    return element;
  }
  element.kind = sets                 ? GroupingKind::kSets
                 : PeekWord("ROLLUP") ? GroupingKind::kRollup
                                      : GroupingKind::kCube;
  Next();
  if (sets) Next();
  ExpectSymbol("(");
  do {
    std::vector<ExpressionPtr> set;
    if (AcceptSymbol("(")) {
      if (!PeekSymbol(")")) set = ParseExpressionList();
      ExpectSymbol(")");
    } else {
      set.push_back(ParseExpression());
    }
    element.sets.push_back(std::move(set));
  } while (AcceptSymbol(","));
  ExpectSymbol(")");
  return element;
}

ValuesTable Parser::ParseValues() {
  ValuesTable values;
  do {
    ExpectSymbol("(");
    std::vector<ExpressionPtr> row;
    do {
      row.push_back(ParseExpression());
    } while (AcceptSymbol(","));
    values.rows.push_back(std::move(row));
    ExpectSymbol(")");
  } while (AcceptSymbol(","));
  return values;
}

}  // namespace lifeboat::account::sql
