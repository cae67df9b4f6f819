package ready

import (
	"bytes"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"path"
	"slices"
	"strings"

	"signdesk/internal/fault"
	"signdesk/internal/gost"
)

// Upload is a file as it came.
type Upload struct {
	Name    string
	Content []byte
}

// Extensions are those of a certificate's file (F372).
var Extensions = []string{".pem", ".cer", ".cert", ".crt"}

// PrivateExtensions are those of files that hold a private key.
var PrivateExtensions = []string{".pfx", ".p12", ".key", ".p8", ".pk8", ".pvk", ".jks"}

const noPrivateKeys = "В этом файле закрытый ключ. Консоль закрытых ключей не принимает: файл не сохранён. Ключ остаётся на носителе владельца и никому не передаётся. " +
	"Экспортируйте с носителя только сертификат (в мастере экспорта — «Нет, не экспортировать закрытый ключ») и загрузите файл .cer."

// read returns the person's certificate and the authorities' that lie beside it
// in the file. What is wrong is said at the field "file"; the words never repeat
// what is in the file.
func read(u Upload, maxBytes int) (leaf *gost.Certificate, links []*gost.Certificate, err error) {
	refuse := func(text string, cause error) error {
		return &fault.Error{Kind: fault.Invalid, Text: text, Fields: map[string]string{"file": text}, Err: cause}
	}
	ext := strings.ToLower(path.Ext(strings.TrimSpace(u.Name)))
	switch {
	case len(u.Content) == 0:
		return nil, nil, refuse("Выберите файл сертификата.", nil)
	case slices.Contains(PrivateExtensions, ext) || privateKey(u.Content): // F380: conflict 10 of the list
		return nil, nil, refuse(noPrivateKeys, nil)
	case len(u.Content) > maxBytes:
		return nil, nil, refuse(fmt.Sprintf("Файл больше %d КБ: это не сертификат одного человека.", maxBytes>>10), nil)
	case !slices.Contains(Extensions, ext):
		return nil, nil, refuse("Нужен файл сертификата: "+strings.Join(Extensions, ", ")+". У выбранного файла другое расширение.", nil)
	case bytes.Contains(u.Content, []byte("BEGIN CERTIFICATE REQUEST")) || bytes.Contains(u.Content, []byte("BEGIN NEW CERTIFICATE REQUEST")):
		return nil, nil, refuse("Это запрос на сертификат (PKCS#10). Загрузите сам сертификат, выданный УЦ.", nil)
	case signedMessage(u.Content):
		return nil, nil, refuse("Это подпись или контейнер PKCS#7. Откройте его и сохраните сам сертификат в файл .cer.", nil)
	}
	all, err := gost.ParseCertificates(u.Content)
	if err != nil {
		return nil, nil, refuse("Файл не читается как сертификат X.509. Экспортируйте сертификат с носителя заново, в кодировке DER или Base64.", err)
	}
	for _, c := range all {
		switch {
		case c.IsCA:
			links = append(links, c)
		case leaf != nil:
			return nil, nil, refuse("В файле сертификаты нескольких людей. Загрузите их по одному.", nil)
		default:
			leaf = c
		}
	}
	if leaf == nil {
		return nil, nil, refuse("Это сертификат удостоверяющего центра, а не владельца.", nil)
	}
	return leaf, links, nil
}

// candidates are the DER or BER objects that may be in the file.
func candidates(b []byte) [][]byte {
	b = bytes.TrimPrefix(b, []byte("\xef\xbb\xbf"))
	list := [][]byte{b}
	for rest := b; ; {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			break
		}
		list = append(list, block.Bytes)
	}
	text := slices.DeleteFunc(bytes.Clone(b), func(c byte) bool { return strings.IndexByte(" \t\r\n", c) >= 0 })
	if der, err := base64.StdEncoding.AppendDecode(nil, text); err == nil {
		list = append(list, der)
	}
	return list
}

// privateKey reports whether the file holds a private key or a store of them:
// PKCS#12, PKCS#8 open and encrypted, SEC 1, PKCS#1, a Java key store.
func privateKey(b []byte) bool {
	if bytes.Contains(b, []byte("PRIVATE KEY-----")) || bytes.HasPrefix(b, []byte{0xfe, 0xed, 0xfe, 0xed}) {
		return true
	}
	return slices.ContainsFunc(candidates(b), func(der []byte) bool {
		body, ok := content(der)
		if !ok {
			return false
		}
		// a certificate begins with a SEQUENCE; the version of a key or of a PFX is an INTEGER
		if len(body) > 3 && body[0] == 0x02 && body[1] == 1 && (body[2] == 0 || body[2] == 1 || body[2] == 3) {
			return true
		}
		algorithm, ok := content(body) // EncryptedPrivateKeyInfo: PBES2, PBES1 or PKCS#12's own
		return ok && (bytes.HasPrefix(algorithm[min(2, len(algorithm)):], []byte{0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x05}) ||
			bytes.HasPrefix(algorithm[min(2, len(algorithm)):], []byte{0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x0c, 0x01}))
	})
}

// content steps into a SEQUENCE of any length form: key stores may be BER.
func content(b []byte) ([]byte, bool) {
	if len(b) < 4 || b[0] != 0x30 {
		return nil, false
	}
	head := 2
	if b[1] > 0x80 {
		head += int(b[1] & 0x7f)
	}
	if head >= len(b) {
		return nil, false
	}
	return b[head:], true
}

// signedMessage reports whether the file is CMS signed data (.p7b, .p7s).
func signedMessage(b []byte) bool {
	return slices.ContainsFunc(candidates(b), func(der []byte) bool {
		body, ok := content(der)
		return ok && bytes.HasPrefix(body, []byte{0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02})
	})
}
