# All properties and names of all characters, in both versions.
import unicodedata as u, _sha1 as hashlib
o=u.ucd_3_2_0
def run(name,f):
    h=hashlib.sha1()
    for base in range(0,0x110000,0x1000):
        part='\n'.join([f(chr(c)) for c in range(base,base+0x1000)])
        hh=hashlib.sha1(part.encode('utf-8','surrogatepass')).hexdigest()
        h.update(hh.encode())
    print(name,h.hexdigest())
for m,mod in (('new',u),('old',o)):
    run(m+'props',lambda ch:repr((mod.category(ch),mod.bidirectional(ch),mod.decimal(ch,-1),mod.digit(ch,-1),mod.numeric(ch,-1),mod.mirrored(ch),mod.east_asian_width(ch),mod.combining(ch),mod.decomposition(ch))))
    run(m+'name',lambda ch:mod.name(ch,''))
    run(m+'norm',lambda ch:' '.join(mod.normalize(f,ch+'\u0301\u0323'+ch+ch) for f in ('NFC','NFD','NFKC','NFKD')))
    run(m+'is',lambda ch:' '.join(str(mod.is_normalized(f,ch+'a')) for f in ('NFC','NFD','NFKC','NFKD')))
n=0
for c in range(0x110000):
    nm=u.name(chr(c),None)
    if nm:
        if u.lookup(nm)!=chr(c) or (not nm.startswith(('HANGUL S','CJK UN')) and u.lookup(nm.lower())!=chr(c)): print('BAD',hex(c),nm)
        n+=1
print(n)
