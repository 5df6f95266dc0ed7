"""Names of countries as forms write them, letters only and in lower case."""

_NAMES = """
Afghanistan Albania Algeria Andorra Angola Antigua_and_Barbuda Argentina Armenia
Australia Austria Azerbaijan Bahamas The_Bahamas Bahrain Bangladesh Barbados Belarus
Belgium Belize Benin Bhutan Bolivia Bosnia Bosnia_and_Herzegovina Botswana Brazil
Brunei Bulgaria Burkina_Faso Burma Burundi Cambodia Cameroon Canada Cape_Verde
Cabo_Verde Central_African_Republic Chad Chile China Peoples_Republic_of_China
Colombia Comoros Congo Democratic_Republic_of_the_Congo Costa_Rica Croatia Cuba Cyprus
Czechia Czech_Republic Denmark Djibouti Dominica Dominican_Republic East_Timor Ecuador
Egypt El_Salvador Equatorial_Guinea Eritrea Estonia Eswatini Ethiopia Fiji Finland
France Gabon Gambia The_Gambia Georgia Germany Ghana Greece Grenada Guatemala Guinea
Guinea_Bissau Guyana Haiti Honduras Hong_Kong Hungary Iceland India Indonesia Iran
Iraq Ireland Israel Italy Ivory_Coast Jamaica Japan Jordan Kazakhstan Kenya Kiribati
Kosovo Kuwait Kyrgyzstan Laos Latvia Lebanon Lesotho Liberia Libya Liechtenstein
Lithuania Luxembourg Macau Macedonia North_Macedonia Madagascar Malawi Malaysia
Maldives Mali Malta Marshall_Islands Mauritania Mauritius Mexico Micronesia Moldova
Monaco Mongolia Montenegro Morocco Mozambique Myanmar Namibia Nauru Nepal Netherlands
New_Zealand Nicaragua Niger Nigeria North_Korea Norway Oman Pakistan Palau Palestine
Panama Papua_New_Guinea Paraguay Peru Philippines Poland Portugal Qatar Romania Russia
Russian_Federation Rwanda Saint_Kitts_and_Nevis Saint_Lucia
Saint_Vincent_and_the_Grenadines Samoa San_Marino Sao_Tome_and_Principe Saudi_Arabia
Senegal Serbia Seychelles Sierra_Leone Singapore Slovakia Slovenia Solomon_Islands
Somalia South_Africa South_Korea South_Sudan Spain Sri_Lanka St_Lucia Sudan Suriname
Sweden Switzerland Syria Taiwan Tajikistan Tanzania Thailand Togo Tonga
Trinidad_and_Tobago Tunisia Turkey Turkiye Turkmenistan Tuvalu Uganda Ukraine
United_Arab_Emirates United_Kingdom United_States Uruguay Uzbekistan Vanuatu Venezuela
Vietnam Yemen Zambia Zimbabwe Unknown Stateless
"""
NATIONS = frozenset(name.replace("_", "").lower() for name in _NAMES.split())
