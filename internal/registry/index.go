package registry

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"

	"signdesk/internal/db"
)

// indexLock is the advisory lock that keeps two builds of the search tables
// apart; the number is arbitrary.
const indexLock = 7304110524

// IndexProgress is told while the search tables are brought up to date.
type IndexProgress struct {
	Phase string  // Russian
	Share float64 // of the whole work, 0…1
}

// IndexReport is what bringing the search tables up to date did.
type IndexReport struct {
	Anew    bool  // everything was built anew
	Docs    int64 // lines read: all of them, or those written since
	Words   int64 // distinct ones, or those not known before
	Elapsed time.Duration
}

// Reindex brings the search tables up to date with registry_doc: amends them by
// what was written since, or builds them anew beside the old ones when that is
// much or nothing was built yet. Whoever searches meanwhile sees the old tables
// or the new ones, never half. It waits while another process does the same, may
// be killed at any moment and called again. Progress may be nil.
func Reindex(ctx context.Context, d *db.DB, progress func(IndexProgress)) (IndexReport, error) {
	return newIndexer(d, progress).run(ctx, false)
}

// Rebuild is Reindex that always builds anew.
func Rebuild(ctx context.Context, d *db.DB, progress func(IndexProgress)) (IndexReport, error) {
	return newIndexer(d, progress).run(ctx, true)
}

// indexer carries one Reindex.
type indexer struct {
	dsn        string
	hotFrom    int64 // no word of fewer lines is hot: its list is one row and needs no help
	amendLines int   // how many pending lines one transaction takes
	amendRate  int64 // of so many lines one may be pending, else all is built anew
	conn       *pgx.Conn
	tell       func(IndexProgress)
	told       time.Time
	telling    sync.Mutex
}

func newIndexer(d *db.DB, tell func(IndexProgress)) *indexer {
	return &indexer{dsn: d.DSN(), hotFrom: 500, amendLines: 12_500, amendRate: 100, tell: tell}
}

func (ix *indexer) run(ctx context.Context, anew bool) (report IndexReport, err error) {
	begun := time.Now()
	if ix.conn, err = ix.connect(ctx); err != nil {
		return report, err
	}
	defer closeConn(ix.conn) // and with it the lock
	if _, err := ix.conn.Exec(ctx, `SELECT pg_advisory_lock($1)`, indexLock); err != nil {
		return report, fmt.Errorf("wait for another build: %w", err)
	}
	// What lives is large, holds few pointers and is hardly ever renewed: looking
	// for garbage often costs little and keeps the memory near what is needed.
	defer debug.SetGCPercent(debug.SetGCPercent(25))
	state, err := ix.state(ctx)
	if err != nil {
		return report, fmt.Errorf("read state of search tables: %w", err)
	}
	switch {
	case anew || ix.stale(state):
		report, err = ix.build(ctx)
	default:
		if err = buildLate(ctx, ix.conn, ix.progress); err == nil && state.pending > 0 {
			report, err = ix.amend(ctx, state)
		}
	}
	report.Elapsed = time.Since(begun)
	if err != nil {
		return report, fmt.Errorf("bring search tables up to date: %w", err)
	}
	return report, nil
}

// connect opens a connection under the owner's role: the tables are replaced.
func (ix *indexer) connect(ctx context.Context) (*pgx.Conn, error) {
	cfg, err := pgx.ParseConfig(ix.dsn)
	if err != nil {
		return nil, fmt.Errorf("database address: %w", err)
	}
	cfg.RuntimeParams["application_name"] = "console registry index"
	cfg.RuntimeParams["synchronous_commit"] = "off" // the last commit of all waits for the disk
	cfg.RuntimeParams["maintenance_work_mem"] = "96MB"
	cfg.RuntimeParams["max_parallel_maintenance_workers"] = "0" // tables are made side by side
	cfg.RuntimeParams["statement_timeout"] = "0"
	cfg.RuntimeParams["client_min_messages"] = "warning"
	conn, err := pgx.ConnectConfig(ctx, cfg)
	if err != nil {
		return nil, fmt.Errorf("connect for search tables: %w", err)
	}
	return conn, nil
}

func closeConn(conn *pgx.Conn) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	_ = conn.Close(ctx)
}

func (ix *indexer) progress(phase string, share float64) {
	ix.telling.Lock()
	defer ix.telling.Unlock()
	if ix.tell != nil && (time.Since(ix.told) > 100*time.Millisecond || share >= 1) {
		ix.told = time.Now()
		ix.tell(IndexProgress{phase, min(share, 1)})
	}
}

// indexState is what the search tables were made of and what came since.
type indexState struct {
	built   bool
	docs    int64
	amended int64
	pending int64
	wanted  bool // the writer wrote too much to list it
}

// stale tells that building anew is due: an amendment takes a line seventy times
// the processor's time that a build does, on one core instead of all, and leaves
// lists with lines that are gone.
func (ix *indexer) stale(s indexState) bool {
	return !s.built || s.wanted || s.pending*ix.amendRate > s.docs || (s.amended+s.pending)*5 > s.docs
}

func (ix *indexer) state(ctx context.Context) (s indexState, err error) {
	err = ix.conn.QueryRow(ctx, `SELECT docs, amended FROM registry_index`).Scan(&s.docs, &s.amended)
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return s, err
	}
	s.built = err == nil
	err = ix.conn.QueryRow(ctx, `SELECT count(*) FILTER (WHERE ord >= 0), coalesce(bool_or(ord < 0), false) FROM registry_pending`).Scan(&s.pending, &s.wanted)
	return s, err
}
