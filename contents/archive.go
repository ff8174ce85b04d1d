package contents

import (
	"bytes"
	"io"
	"strings"
	"time"
)

// MaxEntries is how many files an [Archive] names.
const MaxEntries = 1000

// maxUnpacked is how many bytes are unpacked of one body, to see what is in it. What is
// longer is read no further, and said to be so.
const maxUnpacked = 256 << 20

// The formats of an [Archive].
const (
	Zip    = "zip"
	Gzip   = "gzip"
	TarZst = "tar.zst"
	Raw    = "raw" // no archive: one file as it is
)

// Archive is what an artifact holds.
type Archive struct {
	Format   string   `json:"format"`            // Zip, Gzip, TarZst or Raw
	Bytes    int64    `json:"bytes"`             // its own size
	Entries  []Entry  `json:"entries"`           // files, folders and links in their order, the first MaxEntries
	Count    int64    `json:"count"`             // all of them, as far as it was read
	Unpacked int64    `json:"unpacked_bytes"`    // their size together, in bytes
	Comment  string   `json:"comment,omitempty"` // of a zip
	Complete bool     `json:"complete"`          // read to its end, with nothing missing
	Faults   []string `json:"faults,omitempty"`  // what is wrong with it, a sentence each
}

// Entry is one file, folder or link of a zip or tar, or one member of a gzip.
type Entry struct {
	Name     string    `json:"name"`                   // path in the archive; of a gzip member the name of the file it was, "" if it does not say
	Bytes    int64     `json:"bytes"`                  // unpacked; of a zip what its directory says
	Packed   int64     `json:"packed_bytes,omitempty"` // in the archive; 0 for a tar's, which are packed together
	Method   string    `json:"method,omitempty"`       // how it is packed: "stored", "deflate", "zstd", …
	CRC32    string    `json:"crc32,omitempty"`        // of its content, 8 hex digits; what a zip's directory says, or what was seen to be right in a gzip
	Modified time.Time `json:"modified,omitzero"`      // when the file was changed, UTC; zero if it does not say
	Mode     string    `json:"mode,omitempty"`         // as ls prints it: "-rw-r--r--", "drwxr-xr-x", "Lrwxrwxrwx"
	Link     string    `json:"link,omitempty"`         // of a tar's link, where it leads to
}

// ReadArchive lists what an archive of size bytes holds. said is the artifact_format it is said to have, "" if
// nobody says: of what is said to be "raw" there is no list. For the others it is found by the first
// bytes, as GitLab Runner does (commands/helpers/artifacts_downloader.go), and a difference is a fault.
func ReadArchive(open Open, size int64, said string) (*Archive, error) {
	return readArchive(open, size, said, maxUnpacked)
}

// EachEntry is [ReadArchive], and gives all entries to f, also those after the first MaxEntries.
func EachEntry(open Open, size int64, said string, f func(Entry)) (*Archive, error) {
	return listArchive(open, size, said, &listing{room: maxUnpacked, each: f})
}

func readArchive(open Open, size int64, said string, room int64) (*Archive, error) {
	return listArchive(open, size, said, &listing{room: room})
}

func listArchive(open Open, size int64, said string, l *listing) (*Archive, error) {
	a := &Archive{Bytes: size, Entries: []Entry{}}
	l.archive = a
	if said == Raw {
		a.Format, a.Unpacked, a.Complete = Raw, size, true
		return a, nil
	}
	var err error
	if a.Format, err = Sniff(open); err != nil {
		return nil, err
	}
	want, known := formatsSaid[said]
	switch {
	case size == 0:
		l.faults.add("it is empty")
		a.Faults = l.faults
		return a, nil
	case a.Format == Raw && want != Zip:
		l.faults.add("it is said to be %.20q, and begins like no archive", said)
	case a.Format == Raw: // what stands before a zip does not matter to those who unpack it
		l.faults.add("it does not begin like an archive")
		a.Format = Zip
	case known && said != "" && want != a.Format:
		l.faults.add("it is said to be %.20q, and begins like %s", said, a.Format)
	}
	switch a.Format {
	case Zip:
		err = l.zip(open, size)
	case Gzip:
		err = l.streamed(open, size, l.gzip)
	case TarZst:
		err = l.streamed(open, size, l.tarZst)
	}
	l.sumUp()
	a.Faults = l.faults
	return a, err
}

// formatsSaid are the values of artifact_format; GitLab asks for the first four, GitLab Runner has the others too.
var formatsSaid = map[string]string{"": Zip, "zip": Zip, "gzip": Gzip, "raw": Raw, "zipzstd": Zip, "tarzstd": TarZst}

// Sniff tells the format of an archive by its first bytes; what begins like none is [Raw].
func Sniff(open Open) (format string, err error) {
	head, err := readAt(open, 0, 4)
	switch {
	case bytes.HasPrefix(head, []byte("PK\x03\x04")), bytes.HasPrefix(head, []byte("PK\x05\x06")):
		return Zip, err
	case bytes.HasPrefix(head, []byte("\x1f\x8b")):
		return Gzip, err
	case bytes.HasPrefix(head, []byte("\x28\xb5\x2f\xfd")):
		return TarZst, err
	}
	return Raw, err
}

// listing is an archive while it is read.
type listing struct {
	archive *Archive
	faults  faults
	room    int64         // bytes that may be unpacked
	each    func(Entry)   // nil: nobody wants more than the first
	file    func(zipFile) // nil: nobody wants the files themselves
	strange int64         // entries with names that lead elsewhere
	wrong   int64         // entries that say what cannot be
}

// maxAlike is how many entries with the same fault are named.
const maxAlike = 3

func (l *listing) sumUp() {
	if l.strange > maxAlike {
		l.faults.add("%d entries in all lead out of the folder", l.strange)
	}
	if l.wrong > maxAlike {
		l.faults.add("%d entries in all are said to be where they cannot be", l.wrong)
	}
}

// add takes an entry, with its name as it is in the archive.
func (l *listing) add(e Entry) {
	a := l.archive
	a.Count++
	if e.Bytes > 0 && a.Unpacked+e.Bytes > 0 { // else it is a lie, and said to be one where it is read
		a.Unpacked += e.Bytes
	}
	if leadsOut(e.Name) {
		if l.strange++; l.strange <= maxAlike {
			l.faults.add("entry %.200q leads out of the folder it is unpacked in", e.Name)
		}
	}
	if len(a.Entries) >= MaxEntries && l.each == nil {
		return
	}
	e.Name, e.Link = cut(e.Name), cut(e.Link)
	if l.each != nil {
		l.each(e)
	}
	if len(a.Entries) < MaxEntries {
		a.Entries = append(a.Entries, e)
	}
}

// leadsOut tells whether a name is of a file elsewhere than in the archive.
func leadsOut(name string) bool {
	if strings.HasPrefix(name, "/") || strings.HasPrefix(name, `\`) || len(name) > 1 && name[1] == ':' {
		return true
	}
	for part := range strings.FieldsFuncSeq(name, func(r rune) bool { return r == '/' || r == '\\' }) {
		if part == ".." {
			return true
		}
	}
	return false
}

// streamed reads an archive that has no directory, from its beginning.
func (l *listing) streamed(open Open, size int64, read func(*source) error) error {
	r, err := open(0)
	if err != nil {
		return err
	}
	defer r.Close()
	s := &source{r: io.LimitReader(r, size)}
	if err := read(s); err != nil {
		return err
	}
	return s.err
}
