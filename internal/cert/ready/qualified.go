package ready

import (
	"time"

	"signdesk/internal/gost"
)

func qualified(*gost.Certificate, time.Time) Check {
	return Check{Code: "qualified", Name: "Квалифицированный", Kind: "done"}
}
