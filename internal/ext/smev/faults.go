package smev

// faults says of each fault of the schema faults-1.1 what it asks of the
// caller, by the documentation of the operations in the WSDL, and what people
// are told. A fault not here is a refusal.
//
// Only StaleMessageId and EndOfLifeReached make a new message: the same one
// would be refused for ever. MessageIsAlreadySent and TargetMessageIsNotFound
// are no errors where they say that the call has had its effect before.
var faults = map[string]struct {
	kind kind
	text string
}{
	"SMEVFailure":         {retry, "В СМЭВ сбой. Обращение повторится само."},
	"DestinationOverflow": {retry, "Очередь ведомства в СМЭВ переполнена. Обращение повторится само."},

	"StaleMessageId":   {stale, ""},
	"EndOfLifeReached": {stale, "Срок жизни запроса в СМЭВ истёк. Он уйдёт заново под новым номером."},

	alreadySent: {refused, "СМЭВ уже приняла сообщение с этим номером."},
	ackedBefore: {refused, "СМЭВ не знает сообщения, получение которого подтверждается."},

	"InvalidContent":                   {refused, "Запрос не прошёл проверку по схеме СМЭВ. Исправьте данные или сообщите администратору."},
	"SignatureVerificationFault":       {refused, "СМЭВ не приняла подпись организации. Сообщите администратору."},
	"AccessDenied":                     {refused, "Организации не разрешены запросы этого вида сведений. Сообщите администратору."},
	"SenderIsNotRegistered":            {refused, "Организация не зарегистрирована в СМЭВ под этим сертификатом. Сообщите администратору."},
	"RecipientIsNotFound":              {refused, "СМЭВ не нашла ведомство, которому адресован запрос. Сообщите администратору."},
	"BusinessDataTypeIsNotSupported":   {refused, "Вид сведений не зарегистрирован в СМЭВ. Сообщите администратору."},
	"UnknownMessageType":               {refused, "СМЭВ не знает вида сведений, ответы которого запрошены. Сообщите администратору."},
	"TransactionCodeInvalid":           {refused, "СМЭВ не приняла код транзакции. Сообщите администратору."},
	"InvalidMessageIdFormat":           {refused, "СМЭВ не приняла номер сообщения. Сообщите администратору."},
	"AttachmentContentMiscoordination": {refused, "Файлы сообщения не соответствуют своему описанию. Сообщите администратору."},
	"AttachmentSizeLimitExceeded":      {refused, "Файлы сообщения больше, чем разрешает СМЭВ. Уменьшите их."},
	"QuoteLimitExceeded":               {refused, "Квота организации на файлы в СМЭВ исчерпана. Сообщите администратору."},
	"IncorrectResponseContentType":     {refused, "Вид ответа не соответствует виду запроса. Сообщите администратору."},
	"RequestIsNotFound":                {refused, "СМЭВ не нашла запроса, на который дан ответ. Сообщите администратору."},
}

// Faults that mean that the call has had its effect before: the first of
// SendRequest and SendResponse, the second of Ack.
const (
	alreadySent = "MessageIsAlreadySent"
	ackedBefore = "TargetMessageIsNotFound"
)
