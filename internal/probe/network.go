package probe

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"
	"time"
)

const dialTimeout = 10 * time.Second

// ports of the schemes that addresses are written with.
var ports = map[string]string{"http": "80", "https": "443", "smtp": "587", "smtps": "465"}

// network tries name, port and TLS of the address.
func (r *run) network(ctx context.Context, address string) bool {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" || ports[u.Scheme] == "" {
		return r.step(ctx, "Адрес", Bad, "Адрес записан неверно.", "Исправьте его в настройках установки: https://узел/путь.")
	}
	host, port, secure := u.Hostname(), u.Port(), u.Scheme == "https" || u.Scheme == "smtps"
	if port == "" {
		port = ports[u.Scheme]
	}
	if strings.HasPrefix(u.Scheme, "http") {
		if proxy, err := http.ProxyFromEnvironment(&http.Request{URL: u}); err == nil && proxy != nil {
			r.step(ctx, "Прокси", Note, "Соединение идёт через прокси "+proxy.Host+"; имя, порт и TLS самого узла видит только он.", "")
			host, port, secure = proxy.Hostname(), proxy.Port(), false
			if port == "" {
				port = ports[proxy.Scheme]
			}
		}
	}
	if !r.name(ctx, host) {
		r.skip(ctx, "Порт", "TLS")
		return false
	}
	conn, ok := r.port(ctx, host, port)
	if !ok {
		r.skip(ctx, "TLS")
		return false
	}
	defer conn.Close()
	if !secure {
		return r.step(ctx, "TLS", Note, "Адрес без TLS: соединение не шифруется.", "Годится внутри защищённой сети; иначе нужен адрес https.")
	}
	return r.tls(ctx, conn, host)
}

func (r *run) name(ctx context.Context, host string) bool {
	if net.ParseIP(host) != nil {
		return r.step(ctx, "Имя узла", Good, "Задан адресом "+host+".", "")
	}
	ctx2, cancel := context.WithTimeout(ctx, dialTimeout)
	defer cancel()
	found, err := net.DefaultResolver.LookupHost(ctx2, host)
	if err != nil {
		return r.step(ctx, "Имя узла", Bad, "Имя "+host+" не найдено.", "Проверьте написание имени и DNS этой машины.")
	}
	return r.step(ctx, "Имя узла", Good, host+" → "+strings.Join(found, ", ")+".", "")
}

func (r *run) port(ctx context.Context, host, port string) (net.Conn, bool) {
	dialer := net.Dialer{Timeout: dialTimeout}
	conn, err := dialer.DialContext(ctx, "tcp", net.JoinHostPort(host, port))
	switch {
	case err == nil:
		return conn, r.step(ctx, "Порт", Good, "Порт "+port+" отвечает.", "")
	case errors.Is(err, syscall.ECONNREFUSED):
		return nil, r.step(ctx, "Порт", Bad, "Узел отказал в соединении с портом "+port+".", "Служба на узле не запущена или порт в адресе неверен.")
	}
	return nil, r.step(ctx, "Порт", Bad, "С портом "+port+" нет соединения.", "Проверьте межсетевой экран и маршрут до узла.")
}

func (r *run) tls(ctx context.Context, conn net.Conn, host string) bool {
	ctx2, cancel := context.WithTimeout(ctx, dialTimeout)
	defer cancel()
	secure := tls.Client(conn, &tls.Config{ServerName: host, MinVersion: tls.VersionTLS12})
	err := secure.HandshakeContext(ctx2)
	var unknown x509.UnknownAuthorityError
	var name x509.HostnameError
	var invalid x509.CertificateInvalidError
	switch {
	case err == nil:
	case errors.As(err, &unknown):
		return r.step(ctx, "TLS", Bad, "Сертификат узла выдан неизвестным центром.", "Добавьте корневой сертификат этого центра в доверенные на этой машине.")
	case errors.As(err, &name):
		return r.step(ctx, "TLS", Bad, "Сертификат узла выдан на другое имя.", "Укажите в адресе имя из сертификата.")
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return r.step(ctx, "TLS", Bad, "Сертификат узла не действует сегодня.", "Сообщите владельцу узла; проверьте часы этой машины.")
	default:
		return r.step(ctx, "TLS", Bad, "Узел не договорился о TLS.", "Проверьте порт и https в адресе; узлу с шифрами ГОСТ нужен шлюз.")
	}
	state := secure.ConnectionState()
	leaf := state.PeerCertificates[0]
	text := fmt.Sprintf("%s, сертификат узла до %s.", tls.VersionName(state.Version), leaf.NotAfter.Format("02.01.2006"))
	if leaf.NotAfter.Sub(r.now()) < 30*24*time.Hour {
		return r.step(ctx, "TLS", Doubt, text, "Он скоро истечёт: напомните владельцу узла.")
	}
	return r.step(ctx, "TLS", Good, text, "")
}
