package registry

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/jackc/pgx/v5"

	"signdesk/internal/db"
)

// besides is the schema in which search tables are filled before they take the
// place of those in force. Names inside are the final ones.
const besides = "registry_build"

// searchTables are what a build replaces.
var searchTables = []string{"registry_word", "registry_prefix", "registry_posting", "registry_pair",
	"registry_hotprefix", "registry_hotregion", "registry_near", "registry_tail"}

// loader fills one table beside that in force, over a connection of its own.
type loader struct {
	ix     *indexer
	table  string
	conn   *pgx.Conn
	to     *bufio.Writer
	pipe   *io.PipeWriter
	copied chan error
	row    copyRows
}

// load begins to fill a table. Rows are stored frozen: a search that began
// before the swap sees them too.
func (ix *indexer) load(ctx context.Context, table string) (*loader, error) {
	conn, err := ix.connect(ctx)
	if err != nil {
		return nil, err
	}
	l := &loader{ix: ix, table: table, conn: conn, copied: make(chan error, 1)}
	if _, err = conn.Exec(ctx, fmt.Sprintf(`BEGIN; CREATE TABLE %[1]s.%[2]s (LIKE public.%[2]s INCLUDING STORAGE) WITH (autovacuum_enabled = off)`, besides, table)); err != nil {
		closeConn(conn)
		return nil, err
	}
	r, w := io.Pipe()
	l.pipe, l.to = w, bufio.NewWriterSize(w, 256<<10)
	go func() {
		_, err := conn.PgConn().CopyFrom(ctx, r, fmt.Sprintf(`COPY %s.%s FROM STDIN (FORMAT binary, FREEZE)`, besides, table))
		r.CloseWithError(errors.Join(err, io.ErrClosedPipe))
		l.copied <- err
	}()
	_, err = l.to.Write(copyHead)
	return l, err
}

// begin starts a row of so many fields; the fields follow, then send.
func (l *loader) begin(fields int) *loader {
	l.row = l.row[:0]
	l.row.row(fields)
	return l
}

func (l *loader) int(v int32) *loader {
	l.row.int32(v)
	return l
}

func (l *loader) bool(v bool) *loader {
	l.row.bool(v)
	return l
}

func (l *loader) text(v []byte) *loader {
	l.row.bytes(v)
	return l
}

func (l *loader) ints(list []int32) *loader {
	l.row.ints(list)
	return l
}

// ints is an int[]: one dimension, no nulls, of type int4 (oid 23), from 1.
func (c *copyRows) ints(list []int32) {
	b := binary.BigEndian.AppendUint32(*c, uint32(20+8*len(list)))
	for _, v := range [5]uint32{1, 0, 23, uint32(len(list)), 1} {
		b = binary.BigEndian.AppendUint32(b, v)
	}
	for _, v := range list {
		b = binary.BigEndian.AppendUint64(b, 4<<32|uint64(uint32(v)))
	}
	*c = b
}

func (l *loader) send() error {
	_, err := l.to.Write(l.row)
	return err
}

// finish ends the rows, makes the indexes that the table in force has, and
// commits.
func (l *loader) finish(ctx context.Context) error {
	_, err := l.to.Write(copyTail)
	if err == nil {
		err = l.to.Flush()
	}
	l.pipe.Close()
	if err = errors.Join(<-l.copied, err); err != nil {
		return fmt.Errorf("fill %s: %w", l.table, err)
	}
	rows, err := l.conn.Query(ctx, `SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename = $1`, l.table)
	if err != nil {
		return err
	}
	indexes, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return err
	}
	for i, def := range indexes {
		indexes[i] = strings.Replace(def, " ON public.", " ON "+besides+".", 1)
	}
	_, err = l.conn.Exec(ctx, fmt.Sprintf(`%[4]s; ANALYZE %[1]s.%[2]s; GRANT SELECT, INSERT, UPDATE, DELETE ON %[1]s.%[2]s TO %[3]s; COMMIT`,
		besides, l.table, db.Role, strings.Join(indexes, ";\n")))
	if err != nil {
		return fmt.Errorf("index %s: %w", l.table, err)
	}
	return nil
}

// failed is why the server stopped taking rows, if it did.
func (l *loader) failed() error {
	l.pipe.CloseWithError(context.Canceled)
	return <-l.copied
}

// close lets go of the connection; what is not finished is gone.
func (l *loader) close() {
	l.pipe.CloseWithError(context.Canceled)
	closeConn(l.conn)
}
