package drift

import (
	"mime"
	"net/url"
	"strconv"
	"strings"

	"runnertape"
	"runnertape/decode"
)

// addBody reads what of a body has names: JSON and forms. One that broke off says nothing.
func (m *message) addBody(s *Schema, x *runnertape.Exchange, h runnertape.Header, about *runnertape.Body, body []byte) {
	m.framings.add(string(about.Framing), x.ID, maxWords)
	if about.Truncated {
		return
	}
	switch media := mediaType(h); {
	case len(body) == 0:
	case isJSON(media):
		if int64(len(body)) >= decode.MaxMessage {
			s.leftOut("JSON of " + strconv.Itoa(decode.MaxMessage>>20) + " MiB and more in " + m.where() + " is not compared")
			return
		}
		plain, err := decode.Plain(h, body, decode.MaxMessage)
		if err != nil { // packed in a way that is not known: it may say anything
			return
		}
		m.addJSON(s, x.ID, plain)
	case media == formMedia:
		if form, err := url.ParseQuery(string(body)); err == nil {
			m.addKeys(s, x, m.form, form, nil)
		}
	}
	m.whole.add(x.ID)
}

const formMedia = "application/x-www-form-urlencoded"

// maxForm is how many bytes of a form are read.
const maxForm = 64 << 10

// Wants is how many of a body's first bytes say something that is compared. Bodies up
// to that size should be given whole.
func Wants(x *runnertape.Exchange, at runnertape.Side) int64 {
	h := x.Request.Header
	if at == response {
		if x.Response == nil {
			return 0
		}
		h = x.Response.Header
	}
	switch media := mediaType(h); {
	case isJSON(media):
		return decode.MaxMessage
	case media == formMedia:
		return maxForm
	}
	return 0
}

// mediaType is that of Content-Type without parameters, in lower case.
func mediaType(h runnertape.Header) string {
	text := h.Get("Content-Type")
	if media, _, err := mime.ParseMediaType(text); err == nil {
		return media
	}
	media, _, _ := strings.Cut(text, ";")
	return strings.ToLower(strings.TrimSpace(media))
}

func isJSON(media string) bool {
	return media == "application/json" || strings.HasSuffix(media, "+json")
}
