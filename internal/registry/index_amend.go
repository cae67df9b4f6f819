package registry

import "context"

func (ix *indexer) amend(ctx context.Context, s indexState) (IndexReport, error) {
	return ix.build(ctx)
}
