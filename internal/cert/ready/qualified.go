package ready

import (
	"strings"
	"time"

	"signdesk/internal/gost"
)

// qualified is F376: the form of a qualified certificate by the edition of order
// 795 in force when it was issued; every departure is named by its field. The
// dates are another rule's.
func qualified(c *gost.Certificate) Check {
	k := Check{Code: "qualified", Name: "Квалифицированный"}
	found := gost.CheckQualified(c, time.Time{})
	if len(found) == 0 {
		k.Kind, k.Text = "done", "Форма соблюдена: "+gost.QualifiedEdition(c.NotBefore)+"."
		return k
	}
	var list []string
	for _, v := range found {
		list = append(list, v.String())
	}
	k.Kind, k.Text = "stop", strings.Join(list, "; ")+"."
	k.Cure = "Принимаются только квалифицированные сертификаты. Если он выдан как квалифицированный, покажите эти замечания выдавшему УЦ."
	return k
}
