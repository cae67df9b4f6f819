package console

import (
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"signdesk/internal/contract"
	"signdesk/internal/org"
	"signdesk/internal/staff"
	"signdesk/internal/web"
)

// orgFrame is the frame of a page inside an organisation: the header card with
// the contract picker, and the rail. Active is organisation, services,
// certificates, cabinet, storage or case. The contract is the current one: asked
// for by ?contract=, else chosen before in this session, else the first in
// force; nil when the organisation has none.
func (c *Console) orgFrame(ctx *fiber.Ctx, title string, id int64, active string) (web.Frame, *org.Organisation, *contract.Contract, error) {
	o, err := org.Open(ctx.UserContext(), c.db, by(ctx), id)
	if err != nil {
		return web.Frame{}, nil, nil, err
	}
	wanted := int64(ctx.QueryInt("contract"))
	if wanted == 0 {
		wanted = contractsOf(ctx)[id]
	}
	list, current, err := contract.Choose(ctx.UserContext(), c.db, by(ctx), id, wanted)
	if err != nil {
		return web.Frame{}, nil, nil, err
	}
	if current != nil && current.ID == wanted {
		if err := c.rememberContract(ctx, id, wanted); err != nil {
			return web.Frame{}, nil, nil, err
		}
	}
	f := c.frame(ctx, title)
	kind, text := o.StatusChip()
	f.Org = &web.OrgFrame{ID: strconv.FormatInt(id, 10), Name: o.Name(), INN: o.INN, KPP: o.KPP, StatusKind: kind, StatusText: text, Active: active,
		Services: by(ctx).Can(staff.ServicesView), Folders: by(ctx).Can(staff.OrgView)}
	if o.Deleted {
		f.Org.StatusKind, f.Org.StatusText = "idle", "Удалена"
	}
	for i := range list {
		f.Org.Contracts = append(f.Org.Contracts, web.ContractChoice{ID: strconv.FormatInt(list[i].ID, 10), Name: list[i].Title(), Current: list[i].ID == current.ID})
	}
	return f, o, current, nil
}

const (
	contractsKey  = "contracts"
	contractsKept = 20 // organisations whose choice a session remembers
)

// contractsOf reads the session's choices: "org:contract" pairs, the newest first.
func contractsOf(ctx *fiber.Ctx) map[int64]int64 {
	chosen := map[int64]int64{}
	for _, pair := range strings.Fields(web.SessionOf(ctx).Value(contractsKey)) {
		o, k, _ := strings.Cut(pair, ":")
		org, err := strconv.ParseInt(o, 10, 64)
		contract, err2 := strconv.ParseInt(k, 10, 64)
		if err == nil && err2 == nil {
			chosen[org] = contract
		}
	}
	return chosen
}

func (c *Console) rememberContract(ctx *fiber.Ctx, org, contract int64) error {
	if contractsOf(ctx)[org] == contract {
		return nil
	}
	s := web.SessionOf(ctx)
	mine := strconv.FormatInt(org, 10) + ":"
	pairs := []string{mine + strconv.FormatInt(contract, 10)}
	for _, p := range strings.Fields(s.Value(contractsKey)) {
		if !strings.HasPrefix(p, mine) && len(pairs) < contractsKept {
			pairs = append(pairs, p)
		}
	}
	return c.kit.Sessions.SetValue(ctx.UserContext(), s, contractsKey, strings.Join(pairs, " "))
}
