package registry

import (
	"context"

	"github.com/uptrace/bun"
)

// OGRNs returns the numbers of the records with that INN that are not closed,
// in order. A person registers as an entrepreneur more than once.
func OGRNs(ctx context.Context, tx bun.IDB, inn string) (list []string, err error) {
	if inn == "" {
		return nil, nil
	}
	err = tx.NewRaw(`SELECT ogrn FROM registry_doc WHERE inn = ? AND state <> 'closed' ORDER BY ogrn LIMIT 10`, inn).Scan(ctx, &list)
	return list, err
}
