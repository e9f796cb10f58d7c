r"""The TeX commands of formulas. MathJax knows others that make links, HTML and macros: \href, \class, \def …"""

COMMANDS = frozenset(
    # letters
    "alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa varkappa lambda mu nu xi omicron pi"
    " varpi rho varrho sigma varsigma tau upsilon phi varphi chi psi omega digamma Gamma Delta Theta Lambda Xi Pi Sigma"
    " Upsilon Phi Psi Omega aleph beth hbar hslash ell wp Re Im imath jmath partial nabla infty emptyset varnothing"
    " forall exists nexists complement eth mho Bbbk"
    # fonts and accents
    " mathbb mathbf mathcal mathfrak mathit mathrm mathscr mathsf mathtt boldsymbol bm pmb bf rm it tt sf cal text"
    " textbf textit textrm textsf texttt textnormal mbox hat widehat bar overline underline vec overrightarrow"
    " overleftarrow dot ddot dddot tilde widetilde check breve acute grave mathring overbrace underbrace overset"
    " underset stackrel substack prime backprime not"
    # structure
    " begin end frac dfrac tfrac cfrac binom dbinom tbinom choose over sqrt root left right middle big Big bigg Bigg"
    " bigl bigr Bigl Bigr biggl biggr Biggl Biggr bigm Bigm limits nolimits displaystyle textstyle scriptstyle"
    " scriptscriptstyle operatorname mathop mathbin mathrel mathord quad qquad enspace thinspace medspace thickspace"
    " negthinspace space hline hfill cr newline tag notag nonumber phantom boxed pmod bmod mod pod"
    # functions and large operators
    " arccos arcsin arctan arg cos cosh cot coth csc deg det dim exp gcd hom inf ker lg lim liminf limsup ln log max"
    " min Pr sec sin sinh sup tan tanh argmax argmin varlimsup varliminf sum prod coprod int iint iiint oint bigcup"
    " bigcap bigvee bigwedge bigoplus bigotimes bigodot biguplus bigsqcup"
    # operators
    " pm mp times div cdot cdotp ast star circ bullet oplus ominus otimes oslash odot dagger ddagger cup cap uplus"
    " sqcup sqcap vee wedge setminus smallsetminus wr amalg land lor lnot neg diamond bigtriangleup bigtriangledown"
    " triangleleft triangleright bigcirc ltimes rtimes"
    # relations
    " le leq leqq leqslant ge geq geqq geqslant ne neq equiv approx approxeq cong sim simeq asymp doteq propto ll gg"
    " lll ggg prec succ preceq succeq subset supset subseteq supseteq subsetneq supsetneq sqsubset sqsupset sqsubseteq"
    " sqsupseteq in ni notin owns mid nmid parallel nparallel perp vdash dashv models smile frown bowtie lt gt"
    " coloneqq triangleq therefore because"
    # arrows
    " to gets leftarrow rightarrow leftrightarrow Leftarrow Rightarrow Leftrightarrow longleftarrow longrightarrow"
    " longleftrightarrow Longleftarrow Longrightarrow Longleftrightarrow mapsto longmapsto hookleftarrow hookrightarrow"
    " uparrow downarrow updownarrow Uparrow Downarrow Updownarrow nearrow searrow swarrow nwarrow leadsto iff implies"
    " impliedby xrightarrow xleftarrow rightleftharpoons leftharpoonup rightharpoonup"
    # delimiters and dots
    " lbrace rbrace lbrack rbrack langle rangle lceil rceil lfloor rfloor lvert rvert lVert rVert vert Vert backslash"
    " ldots cdots vdots ddots dots dotsb dotsc dotsi dotsm"
    # signs
    " angle measuredangle triangle square blacksquare Box Diamond top bot flat natural sharp clubsuit diamondsuit"
    " heartsuit spadesuit surd checkmark colon degree S P dag ddag".split()
)
