package console

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"signdesk/internal/owner"
	"signdesk/internal/registry"
	"signdesk/internal/web"
)

// searchFilter is what narrows the search, as the page's selects send it.
type searchFilter struct {
	Regions []web.Option
	Kinds   []web.Option
	Forms   []web.Option
	Active  bool
	OKVED   string
	Any     bool
	region  string
	kind    string
	form    string
}

// formGroups are the choices of the legal form, by the beginning of the code of ОКОПФ.
var formGroups = []string{
	"", "любая форма", "123", "ООО", "122", "АО, ПАО", "50102", "ИП", "50101", "КФХ, глава", "652", "унитарные предприятия", "75", "учреждения", "207", "ТСН, СНТ", "14", "производственные кооперативы",
	"201", "потребительские кооперативы", "704", "фонды", "714", "АНО", "702", "общественные организации",
}

func filterOf(ctx *fiber.Ctx) searchFilter {
	f := searchFilter{
		Active: web.Text(ctx, "active") != "", OKVED: strings.TrimSpace(web.Text(ctx, "okved")),
		region: web.Text(ctx, "region"), kind: web.Text(ctx, "kind"), form: web.Text(ctx, "form"),
	}
	if len(f.OKVED) > 8 || strings.Trim(f.OKVED, "0123456789.") != "" {
		f.OKVED = ""
	}
	regions := []string{"", "вся страна"}
	for _, r := range owner.Regions {
		regions = append(regions, r.Code, r.Code+" "+r.Name)
	}
	f.Regions, f.Forms = web.Options(f.region, regions...), web.Options(f.form, formGroups...)
	f.Kinds = web.Options(f.kind, "", "организации и ИП", "org", "организации", "ip", "предприниматели")
	f.Any = f.narrow().Narrows()
	return f
}

// narrow is the filter as the register takes it; what no select offers is left out.
func (f searchFilter) narrow() registry.Filter {
	n := registry.Filter{Active: f.Active, OKVED: f.OKVED}
	if offered(f.Regions, f.region) {
		n.Regions = []string{f.region}
	}
	if offered(f.Kinds, f.kind) {
		n.Kind = registry.Kind(f.kind)
	}
	if offered(f.Forms, f.form) {
		n.Forms = []string{f.form}
	}
	return n
}

func offered(list []web.Option, value string) bool {
	for _, o := range list {
		if value != "" && o.Value == value {
			return true
		}
	}
	return false
}
