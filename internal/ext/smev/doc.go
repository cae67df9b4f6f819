// Package smev is the client of SMEV 3, the Russian state's message exchange.
//
// Nothing is answered at once there. SendRequest only queues a request and
// gives a receipt; the answer, or the news that the request was found bad, lies
// in the caller's queue minutes or days later, is taken by GetResponse and is
// delivered again and again until Ack. The caller therefore stores its intent
// and the MessageID before SendRequest, deduplicates answers by their own
// MessageID, and acknowledges only what it has committed. GetStatus reads news
// about requests on their way. A system that provides information has the same
// from the other side: GetRequest, SendResponse, Ack.
//
// Every message is SOAP 1.1 in the order the schemas fix, signed with GOST over
// exclusive C14N and SMEV's transform; an official's signature of the content
// (PersonalSignature) is made before the system's. What comes is believed only
// after SMEV's signature on it verifies, signer included, together with the
// sender's and the official's where they are, and is then read from the octets
// that were signed. Files travel inside a message, as MIME parts (XOP) or
// inline, each under a detached signature of its own, or by reference with
// their hash through SMEV's file store (Files).
//
// What a fault asks of the caller is a table (faults): the same message again
// without end, a new message, people, or nothing. Clocks that differ are
// noticed in every answer (Skew): beyond half an hour SMEV takes nothing.
//
// Version 1.1 has its schemas in the tests and is the default; recorded messages
// are mostly of 1.2; 1.3 is the same model under other namespaces by hearsay,
// so the version is a setting, as are polling cadence and size limits, which
// the exchange's operators change.
//
// The information types themselves (passport, SNILS, INN, registration of a
// certificate in ESIA …) are data in Types with a small codec each.
package smev
