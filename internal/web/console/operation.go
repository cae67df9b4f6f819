package console

import (
	"encoding/base64"

	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"

	"signdesk/internal/cert"
	"signdesk/internal/fault"
	"signdesk/internal/issuance"
	"signdesk/internal/web"
)

// operationCreate gives the desk's agent one operation; the page's script asks
// for it and reads JSON, a refusal included.
func (c *Console) operationCreate(ctx *fiber.Ctx) error {
	id, err := web.ID(ctx, "id")
	if err != nil {
		return refuseJSON(ctx, err)
	}
	_, secret, ok := c.desk(ctx)
	if !ok {
		return refuseJSON(ctx, fault.New(fault.Conflict, "У этого браузера нет рабочего места с агентом. Настройте его и повторите."))
	}
	permit := issuance.RequestOperation
	if ctx.Query("kind") == "install" {
		permit = issuance.InstallOperation
	}
	env, err := permit(ctx.UserContext(), c.db, by(ctx), c.now(), c.set.Cases, id, cert.Desk{Origin: c.set.URL, Pairing: secret})
	if err != nil {
		return refuseJSON(ctx, err)
	}
	return ctx.JSON(env)
}

// refuseJSON words a refusal for the page's script; an incident stays one.
func refuseJSON(ctx *fiber.Ctx, err error) error {
	e := fault.As(err)
	if e == nil {
		return err
	}
	return ctx.Status(fiber.StatusConflict).JSON(map[string]string{"text": e.Text})
}

// requestCreate takes the request that the agent made; the case goes on to the CA.
func (c *Console) requestCreate(ctx *fiber.Ctx) error {
	return c.caseVerb(ctx, "ca", func(id int64) error {
		operation, csr, err := agentResult(ctx, "csr")
		if err != nil {
			return err
		}
		return issuance.AcceptRequest(ctx.UserContext(), c.db, by(ctx), c.now(), c.set.Cases, id, operation, csr)
	})
}

// installationCreate notes what the agent has installed; ESIA is next.
func (c *Console) installationCreate(ctx *fiber.Ctx) error {
	return c.caseVerb(ctx, "esia", func(id int64) error {
		operation, key, err := agentResult(ctx, "public_key")
		if err != nil {
			return err
		}
		v, err := issuance.Show(ctx.UserContext(), c.db, by(ctx), c.now(), c.set.Cases, id, "install")
		if err != nil {
			return err
		}
		if v.Certificate == nil {
			return fault.New(fault.Conflict, "Сертификата ещё нет: УЦ не ответил.")
		}
		return cert.Installed(ctx.UserContext(), c.db, by(ctx), c.now(), v.Certificate.ID, operation, key)
	})
}

// agentResult reads what the agent has filled into the form, in base64.
func agentResult(ctx *fiber.Ctx, name string) (uuid.UUID, []byte, error) {
	operation, err := uuid.Parse(web.Text(ctx, "operation"))
	if err == nil {
		var b []byte
		if b, err = base64.StdEncoding.DecodeString(ctx.FormValue(name)); err == nil && len(b) > 0 && len(b) < 64<<10 {
			return operation, b, nil
		}
	}
	return operation, nil, fault.Wrap(fault.Invalid, "Агент не передал результат. Обновите страницу и повторите операцию.", err)
}
