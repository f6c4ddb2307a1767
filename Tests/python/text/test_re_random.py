# Random patterns on random strings: all ways to match them.
import re, random
R=random.Random(1)
ALPHABETS=['ab','abc','aB1_ ','aé\u0130ſKs','日本ab']
alpha='ab'
def atom(d):
    k=R.randrange(14)
    if k<5: return re.escape(R.choice(alpha))
    if k==5: return '.'
    if k==6: return R.choice([r'\w',r'\d',r'\s',r'\W',r'\b',r'\B','^','$',r'\A',r'\Z',r'\S',r'\D'])
    if k==7:
        s=''.join(R.choice(alpha) for _ in range(R.randint(1,3)))
        return '['+R.choice(['','^'])+re.escape(s)+R.choice(['',r'\w',r'\d','a-c',r'\s'])+']'
    if d<=0: return re.escape(R.choice(alpha))
    if k==8: return '(?:'+alt(d-1)+')'
    if k==9: return '('+alt(d-1)+')'
    if k==10: return R.choice(['(?=','(?!','(?>'])+alt(d-1)+')'
    if k==11: return R.choice(['(?<=','(?<!'])+R.choice(alpha)*R.randint(1,2)+')'
    if k==12: return '\\'+str(R.randint(1,2))
    return '(?(%d)%s|%s)'%(R.randint(1,2),seq(d-1),seq(d-1)) if R.random()<.7 else '(?P<n%d>%s)'%(R.randrange(10**6),alt(d-1))
def seq(d):
    out=''
    for _ in range(R.randint(1,3)):
        a=atom(d)
        r=R.random()
        if r<.45 and a not in '^$' and not a.startswith(('\\b','\\B','\\A','\\Z')):
            q=R.choice(['*','+','?','{1,2}','{2}','{0,1}','{2,}'])+R.choice(['','','?','+'])
            a+=q
        out+=a
    return out
def alt(d):
    return '|'.join(seq(d) for _ in range(R.choice([1,1,2,3])))
for i in range(2000):
    alpha=R.choice(ALPHABETS)
    p=alt(R.randint(1,3)); fl=R.choice([0,0,re.I,re.M,re.S,re.A,re.I|re.A])
    s=''.join(R.choice(alpha+'\n') for _ in range(R.randint(0,14)))
    try: c=re.compile(p,fl)
    except re.error as e:
        print(i,'E',e); continue
    except Exception as e:
        print(i,'X',type(e)); continue
    out=[]
    for f in ('match','search','fullmatch'):
        m=getattr(c,f)(s)
        out.append(m and (m.span(),m.groups(),m.lastindex,m.regs))
    out.append(c.findall(s)); out.append([m.span() for m in c.finditer(s)]); out.append(c.split(s)); out.append(c.sub('<\\g<0>>',s)); out.append(c.subn('x',s,2)); 
    m=c.search(s,R.randint(0,5),R.randint(3,14)); out.append(m and (m.span(),m.groups(),m.pos,m.endpos))
    try:
        pb=re.compile(p.encode('latin-1'),fl); sb=s.encode('latin-1')
        out.append([m.regs for m in pb.finditer(sb)])
    except Exception as e: out.append(type(e).__name__)
    print(i,ascii(p),fl,ascii(s),ascii(out))
