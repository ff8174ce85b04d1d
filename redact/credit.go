package redact

// credit is how many bytes of what is kept may be read at once to look for late secrets. A job that prints a new secret in
// each line would have all that the sketch cannot rule out read again for each piece of its log, in time that is quadratic
// in what was recorded. So what is read is paid for by what passes, and what cannot be paid for is owed.
type credit int64

// A poll of a kilobyte pays for looking into sixty others, and a job of common size for all that maxAtOnce polls
// said, so that without an attack the credit does not end.
const (
	firstCredit       credit = 32 << 20
	maxCredit         credit = 256 << 20
	creditPerByte     credit = 8
	creditPerExchange credit = 64 << 10
	creditPerLook     credit = 1 << 10 // into an exchange, beside its bodies: logs may come byte by byte
)

func (c *credit) earn(n credit) { *c = min(*c+n, maxCredit) }
