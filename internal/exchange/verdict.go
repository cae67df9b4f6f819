package exchange

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/uptrace/bun"
)

// LastVerdict is how the newest signature of SMEV's was judged, good or bad,
// whose it was, and when; "" while there was none.
func LastVerdict(ctx context.Context, tx bun.IDB) (verdict, signer string, at time.Time, err error) {
	err = tx.QueryRowContext(ctx, `SELECT verdict, signer, at FROM exchange_wire WHERE verdict IN ('good', 'bad') ORDER BY id DESC LIMIT 1`).Scan(&verdict, &signer, &at)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return verdict, signer, at, err
}
