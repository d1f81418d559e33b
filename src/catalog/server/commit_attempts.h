// CommitAttempts: how often, and how soon, a transaction that another one outran is made again.
//
//   for (CommitAttempts attempts; attempts.Next();) {
//     … read, change, apply; leave the loop unless the store answered kConflict
//   }
//
// Within a server, commits of one object queue (table_locks.h); only those of other servers, and of what does
// not queue, can come first. The second attempt follows at once. Later ones follow after short random pauses:
// of two that take equally long and start together, the same one would lose each time.
#ifndef LIFEBOAT_CATALOG_SERVER_COMMIT_ATTEMPTS_H_
#define LIFEBOAT_CATALOG_SERVER_COMMIT_ATTEMPTS_H_

namespace lifeboat::catalog {

class CommitAttempts {
 public:
  // Whether one more attempt is to be made; pauses before it.
  bool Next();

 private:
  int made_ = 0;
};

}  // namespace lifeboat::catalog

#endif  // LIFEBOAT_CATALOG_SERVER_COMMIT_ATTEMPTS_H_
