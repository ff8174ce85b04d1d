package decode

// Common is what messages of all endpoints have. A message embeds it.
type Common struct {
	RequestID string   `json:"request_id,omitempty"` // X-Request-Id of the request: 32 hex digits, new for each call, the same for all tries of one. Since 18.3
	Gaps      []Gap    `json:"gaps,omitempty"`       // what was said and no field holds: a newer runner or GitLab, or something between them
	Faults    []string `json:"faults,omitempty"`     // what could not be read
}

// Notes is what an exchange has beside its own message.
func (c *Common) Notes() *Common { return c }

// Gap is something of an exchange that no field of its message holds. The bytes
// are in the recorded exchange; the gap says where to look.
type Gap struct {
	Where string `json:"where"`           // "request header", "request query", "request body", "response header", "response body"
	Name  string `json:"name"`            // of the header or query key; of JSON the path, like "info.features.telepathy"; of bytes "byte 1234"
	Value string `json:"value,omitempty"` // what it says, cut after 200 bytes
}
