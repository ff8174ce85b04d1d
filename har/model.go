package har

import "runnertape"

// Version is the version of the format that is written.
const Version = "1.2"

// Creator is what wrote a HAR.
type Creator struct {
	Name    string `json:"name"`    // "runnertape"
	Version string `json:"version"` // of it
}

// Entry is one exchange.
type Entry struct {
	StartedDateTime string     `json:"startedDateTime"`       // ISO 8601, when the request began
	Time            float64    `json:"time"`                  // milliseconds: the sum of Timings but for those that are -1
	Request         Request    `json:"request"`               // detailed info
	Response        Response   `json:"response"`              // also if none came
	Cache           struct{}   `json:"cache"`                 // {}: nothing is known of the client's cache
	Timings         Timings    `json:"timings"`               // where the time went
	Connection      string     `json:"connection,omitempty"`  // number of the client's connection
	Comment         string     `json:"comment,omitempty"`     // what a person should know
	Runnertape      *Extension `json:"_runnertape,omitempty"` // ours
}

// Extension is what runnertape adds to an entry.
type Extension struct {
	ID       uint64           `json:"id"`                 // number of the exchange in its recording
	Endpoint string           `json:"endpoint,omitempty"` // which call of the runner API it is
	JobID    int64            `json:"job_id,omitempty"`   // job it belongs to
	Gist     string           `json:"gist,omitempty"`     // what it means
	State    runnertape.State `json:"state"`              // whether it has ended
	Way      runnertape.Way   `json:"way"`                // how the client reached the recorder
}

// Request is what was asked.
type Request struct {
	Method      string      `json:"method"`             // in the client's spelling
	URL         string      `json:"url"`                // absolute
	HTTPVersion string      `json:"httpVersion"`        // "HTTP/1.1"
	Cookies     []Cookie    `json:"cookies"`            // of Cookie fields
	Headers     []NameValue `json:"headers"`            // in order, repeats included
	QueryString []NameValue `json:"queryString"`        // unescaped
	PostData    *PostData   `json:"postData,omitempty"` // nil without a body
	HeadersSize int64       `json:"headersSize"`        // -1: not known
	BodySize    int64       `json:"bodySize"`           // bytes, as recorded
}

// PostData is the body of a request.
type PostData struct {
	MimeType string      `json:"mimeType"`            // Content-Type
	Text     string      `json:"text"`                // the content, or base64 of it
	Params   []NameValue `json:"params,omitempty"`    // form fields, by who writes no text; never written
	Encoding string      `json:"_encoding,omitempty"` // "base64" if Text is that
	Proposed string      `json:"encoding,omitempty"`  // the same, as HAR 1.3 proposes; never written
	Comment  string      `json:"comment,omitempty"`   // whether it was cut
}

// Response is what was answered.
type Response struct {
	Status      int         `json:"status"`            // 0 if nothing came
	StatusText  string      `json:"statusText"`        // the reason phrase
	HTTPVersion string      `json:"httpVersion"`       // "HTTP/1.1"
	Cookies     []Cookie    `json:"cookies"`           // of Set-Cookie fields
	Headers     []NameValue `json:"headers"`           // in order, repeats included
	Content     Content     `json:"content"`           // the body
	RedirectURL string      `json:"redirectURL"`       // Location, or ""
	HeadersSize int64       `json:"headersSize"`       // -1: not known
	BodySize    int64       `json:"bodySize"`          // bytes, as recorded; -1 if nothing came
	Comment     string      `json:"comment,omitempty"` // who made it, if not the upstream
	Error       string      `json:"_error,omitempty"`  // what broke the exchange off
}

// Content is the body of a response, unpacked.
type Content struct {
	Size        int64  `json:"size"`                  // bytes, unpacked
	Compression int64  `json:"compression,omitempty"` // bytes that packing saved
	MimeType    string `json:"mimeType"`              // Content-Type; "x-unknown" if nothing came
	Text        string `json:"text,omitempty"`        // the content, or base64 of it
	Encoding    string `json:"encoding,omitempty"`    // "base64" if Text is that
	Comment     string `json:"comment,omitempty"`     // whether it was cut
}

// NameValue is a header field, a query parameter or a form field.
type NameValue struct {
	Name  string `json:"name"`  // as sent; of parameters unescaped
	Value string `json:"value"` // as sent; of parameters unescaped
}

// Cookie is one cookie. Its attributes are those of a response.
type Cookie struct {
	Name     string `json:"name"`               // its name
	Value    string `json:"value"`              // its value
	Path     string `json:"path,omitempty"`     // paths it is for
	Domain   string `json:"domain,omitempty"`   // hosts it is for
	Expires  string `json:"expires,omitempty"`  // ISO 8601
	HTTPOnly bool   `json:"httpOnly,omitempty"` // scripts do not see it
	Secure   bool   `json:"secure,omitempty"`   // for https only
}

// Timings are in milliseconds; those that do not apply are -1.
type Timings struct {
	Blocked float64 `json:"blocked"` // -1: not known
	DNS     float64 `json:"dns"`     // -1
	Connect float64 `json:"connect"` // -1
	Send    float64 `json:"send"`    // 0: when the request's last byte passed is not recorded
	Wait    float64 `json:"wait"`    // to the response's head
	Receive float64 `json:"receive"` // from there to the end
	SSL     float64 `json:"ssl"`     // -1
}
