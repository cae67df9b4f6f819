package smev

import (
	"archive/zip"
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"fmt"

	"github.com/google/uuid"

	"signdesk/internal/gost"
)

// archived makes of an extract what version 4.0.6 gives instead of one that is
// too large for a message: the code of processing 54, a description of the
// attachment after the official schema, and the answer itself zipped, in the
// file store, or in the message when how is «inline».
func (s *Service) archived(answer, how, mnemonic string, code func(inside ...string) string) (content, error) {
	var packed bytes.Buffer
	w := zip.NewWriter(&packed)
	entry, err := w.Create("answer.xml")
	if err == nil {
		_, err = entry.Write([]byte(`<?xml version="1.0" encoding="UTF-8"?>` + answer))
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		return content{}, err
	}
	by := s.Providers[mnemonic]
	signature, err := gost.SignCMSReader(rand.Reader, bytes.NewReader(packed.Bytes()), gost.Signatory{Certificate: by.Cert, Key: by.Key}, gost.SignOptions{Detached: true, SigningTime: s.Now()})
	if err != nil {
		return content{}, err
	}
	id, text := uuid.NewString(), base64.StdEncoding.EncodeToString(signature)
	where := el("fnst:AttachmentFSLink", nil, id)
	out := content{Heads: fmt.Sprintf("<RefAttachmentHeaderList><RefAttachmentHeader><uuid>%s</uuid><Hash>%s</Hash><MimeType>application/zip</MimeType><SignaturePKCS7>%s</SignaturePKCS7></RefAttachmentHeader></RefAttachmentHeaderList>",
		id, hashOf(packed.Bytes()), text)}
	if how == "inline" {
		where = el("fnst:IsMTOMAttachmentContent", nil, "true")
		id = "ID_" + id
		out.Heads = fmt.Sprintf("<AttachmentHeaderList><AttachmentHeader><contentId>%s</contentId><MimeType>application/zip</MimeType><SignaturePKCS7>%s</SignaturePKCS7></AttachmentHeader></AttachmentHeaderList>", id, text)
		out.Files = []enclosed{{id, "application/zip", packed.Bytes()}}
	} else if err := s.put(id, id+".zip", packed.Bytes()); err != nil {
		return content{}, err
	}
	format := el("fnst:AttachmentFormat3", nil, el("fnst:IsUnstructuredFormat", nil, "false"), el("fnst:IsZippedPacket", nil, "true"),
		el("fnst:DocumentType", nil, "VIPUL"), el("fnst:DptProcessID", nil, "1"))
	out.Payload = code(el("ns1:КодОбр", nil, tooLarge), el("ns1:AttachmentsBlock", nil, el("fnst:AttachmentDescription", nil, where, format)))
	return out, nil
}

func hashOf(b []byte) string {
	sum := gost.Sum256(b)
	return base64.StdEncoding.EncodeToString(sum[:])
}

// archive is how an extract goes that is too large: "store", "inline"; "" = it
// is not.
func (c *call) archive() string {
	s, ok := c.step("archive")
	switch {
	case !ok:
		return ""
	case s.Arg == "inline":
		return s.Arg
	}
	return "store"
}
