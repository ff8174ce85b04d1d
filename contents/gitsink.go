package contents

import "io"

// GitSink is given what a body of git's smart HTTP holds while it is read: all of it, where a [Git] has the
// first of each. What is nil is not given.
type GitSink struct {
	Pack io.Writer         // the pack, freed of the side band. Its error ends the reading
	Ref  func(Ref)         // each ref that the server offers. Before version 2 Peeled and Target are left out
	Line func(line string) // each line of text, of either side, without its end and the capabilities behind a zero byte
}

func (s GitSink) ref(r Ref) {
	if s.Ref != nil {
		s.Ref(r)
	}
}

func (s GitSink) line(line string) {
	if s.Line != nil {
		s.Line(line)
	}
}

// passing is the reader of a pack, and who else is given it.
type passing struct {
	*packReader
	to  io.Writer // nil for nobody
	err error     // of to
}

// Write implements io.Writer.
func (p *passing) Write(b []byte) (int, error) {
	if p.err != nil {
		return 0, p.err
	}
	if p.to != nil {
		if _, p.err = p.to.Write(b); p.err != nil {
			return 0, p.err
		}
	}
	return p.packReader.Write(b)
}
