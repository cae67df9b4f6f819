package registry

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"signdesk/internal/db"
)

// garFew is how much smaller what was loaded must be than what there is to be
// merged into it; from a tenth on building anew is cheaper.
const garFew = 10

// takeOver makes what was loaded, by this import and those killed before it,
// part of the register: all of it or nothing.
func (im *garImporter) takeOver(ctx context.Context) error {
	var loaded, known int64
	if err := im.conn.QueryRow(ctx, `SELECT
		(SELECT sum(pg_relation_size(c)) FROM unnest('{gar_load_object, gar_load_house, gar_load_link, gar_load_param, gar_load_registry, gar_load_type}'::regclass[]) c),
		(SELECT sum(pg_relation_size(c)) FROM unnest('{gar_object, gar_house, gar_link, gar_param, gar_registry}'::regclass[]) c)`).Scan(&loaded, &known); err != nil {
		return err
	}
	take := im.rebuild
	switch {
	case loaded == 0:
		take = func(context.Context, pgx.Tx) error { return nil }
	case loaded < known/garFew:
		take = im.merge
	}
	return pgx.BeginFunc(ctx, im.conn, func(tx pgx.Tx) error {
		if err := take(ctx, tx); err != nil {
			return fmt.Errorf("take over what was read: %w", err)
		}
		_, err := tx.Exec(ctx, `INSERT INTO gar_import (dump, member, records) SELECT dump, member, records FROM gar_loading WHERE done
				ON CONFLICT (dump, member) DO UPDATE SET records = excluded.records, at = now();
			DELETE FROM gar_loading WHERE done;
			TRUNCATE gar_load_object, gar_load_house, gar_load_link, gar_load_param, gar_load_registry, gar_load_type`)
		return err
	})
}

// run runs statements one by one and tells of each.
func (im *garImporter) run(ctx context.Context, tx pgx.Tx, list []string) error {
	share := (im.total - im.total*2/3) / int64(len(list))
	for _, sql := range list {
		if _, err := tx.Exec(ctx, sql); err != nil {
			return fmt.Errorf("%.40s: %w", strings.TrimSpace(sql), err)
		}
		im.mu.Lock()
		im.steps += share
		im.progress("справочник адресов обновляется", "", true)
		im.mu.Unlock()
	}
	return nil
}

// indexesOf are the statements that give gar_new_NAME the indexes of gar_NAME,
// and those that make it take the other's place.
func indexesOf(ctx context.Context, tx pgx.Tx, name string) (build, swap []string, err error) {
	old, fresh := "gar_"+name, "gar_new_"+name
	build = []string{"GRANT SELECT, INSERT, UPDATE, DELETE ON " + fresh + " TO " + db.Role}
	var filled *string
	if err := tx.QueryRow(ctx, `SELECT string_agg('ALTER ' || quote_ident(attname) || ' SET NOT NULL', ', ') FROM pg_attribute
		WHERE attrelid = $1::regclass AND attnum > 0 AND attnotnull`, old).Scan(&filled); err != nil {
		return nil, nil, err
	}
	if filled != nil {
		build = append(build, "ALTER TABLE "+fresh+" "+*filled)
	}
	swap = []string{"DROP TABLE " + old, "ALTER TABLE " + fresh + " RENAME TO " + old}
	rows, err := tx.Query(ctx, `SELECT c.relname, pg_get_indexdef(i.indexrelid), i.indisprimary FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
		WHERE i.indrelid = $1::regclass ORDER BY c.relname`, old)
	if err != nil {
		return nil, nil, err
	}
	var index, def string
	var primary bool
	_, err = pgx.ForEachRow(rows, []any{&index, &def, &primary}, func() error {
		named := "new_" + index
		build = append(build, garIndexHead.ReplaceAllString(def, "${1}"+named+" ON "+fresh))
		if primary {
			swap = append(swap, "ALTER TABLE "+old+" ADD CONSTRAINT "+index+" PRIMARY KEY USING INDEX "+named)
		} else {
			swap = append(swap, "ALTER INDEX "+named+" RENAME TO "+index)
		}
		return nil
	})
	return append(build, "ANALYZE "+fresh), swap, err
}

var garIndexHead = regexp.MustCompile(`^(CREATE (?:UNIQUE )?INDEX )\S+ ON \S+`)

// lockGAR waits for those who read the tables, and lets others in between.
func lockGAR(ctx context.Context, tx pgx.Tx, tables string) (err error) {
	for range 120 {
		err = pgx.BeginFunc(ctx, tx, func(tx pgx.Tx) error {
			_, err := tx.Exec(ctx, `SET LOCAL lock_timeout = '500ms'; LOCK TABLE `+tables+` IN ACCESS EXCLUSIVE MODE`)
			return err
		})
		if err == nil {
			_, err = tx.Exec(ctx, `SET LOCAL lock_timeout = 0`)
			return err
		}
		select {
		case <-time.After(500 * time.Millisecond):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return fmt.Errorf("the address register is being read without an end: %w", err)
}
