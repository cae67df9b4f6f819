package exchange

import (
	"time"

	"signdesk/internal/ext/smev"
)

// InformationTypes are the questions that SMEV carries for us: how each is
// called, its namespace and how well it is known.
func InformationTypes() []smev.Type { return smev.Types }

// InForce reports whether the question is asked in this version of the type at
// the moment; answers of the others are still read.
func InForce(t smev.Type, at time.Time) bool {
	now, ok := smev.Types.InForce(t.Key, at)
	return ok && now.Namespace == t.Namespace && !t.Unasked(at)
}
